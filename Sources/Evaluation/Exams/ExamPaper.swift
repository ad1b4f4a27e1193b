import Corpus
import Foundation
import Published
import Runs

/// The questions of an examination with everything in front of them; no model has read it yet.
public struct ExamPaper: Sendable {
  public let settings: ExamSettings
  public let kind: ExamKind
  public let items: [ExamItem]
  /// Rows that were left out, and the first of them in words.
  public let skippedRows: Int
  public let firstSkipped: String?
  let files: [ExamRecord.Exam.File]
  let shotFiles: [ExamRecord.Exam.File]
  /// Examples by category; all under nil where they tell none apart.
  private let examples: [String?: [ExamItem]]

  /// Reads the files of an examination.
  ///
  /// - Throws: ``ExamError``, and `PublishedError` with the place of what is wrong in a file.
  public init(_ settings: ExamSettings, from base: URL) throws {
    self.settings = settings
    let paths = try settings.files.flatMap { try Self.paths($0, base) }
    let file = try ExamFile(
      paths, kind: settings.kind ?? ExamKind(named: settings.name),
      skipsBadRows: settings.skipsBadRows)
    kind = file.kind
    skippedRows = file.skippedCount
    firstSkipped = file.skipped.first.map { "\($0)" }
    items = Self.limited(file.items, settings.limit)
    guard settings.shots == 0 || kind.takesShots else {
      throw ExamError.noShots(exam: settings.name, kind: kind.rawValue)
    }
    let shotPaths = try settings.shotFiles.flatMap { try Self.paths($0, base) }
    var examples: [String?: [ExamItem]] = [:]
    if settings.shots > 0 {
      let shown = try ExamFile(shotPaths, kind: kind).items.filter { $0.shown != nil }
      examples = Dictionary(grouping: shown, by: \.category)
      if items.allSatisfy({ $0.category == nil }) { examples = [nil: shown] }
    }
    self.examples = examples
    files = try Self.digests(paths, settings.files, base)
    shotFiles = try Self.digests(shotPaths, settings.shotFiles, base)
    for item in items where settings.shots > 0 {
      // One of them may be the item itself.
      let found = self.examples(of: item).count
      guard found >= settings.shots else {
        throw ExamError.tooFewExamples(
          exam: settings.name, category: item.category, wanted: settings.shots, found: found)
      }
    }
  }

  /// A folder of tables stands for all of them: MMLU's subjects are files of their own.
  private static func paths(_ name: String, _ base: URL) throws -> [String] {
    var isFolder: ObjCBool = false
    let path = URL(fileURLWithPath: name, relativeTo: base).path
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      let tables = try FileManager.default.contentsOfDirectory(atPath: path)
        .filter { DataFile.isTable($0) && !$0.hasPrefix(".") }
      if tables.count > 1 { return tables.sorted().map { "\(path)/\($0)" } }
    }
    return try DataFile.paths(name, from: base)
  }

  /// Under the names that were given, without the way to a folder of this machine.
  private static func digests(
    _ paths: [String], _ names: [String], _ base: URL
  ) throws -> [ExamRecord.Exam.File] {
    try paths.map { path in
      let url = URL(fileURLWithPath: path)
      return ExamRecord.Exam.File(
        name: url.lastPathComponent, sha256: try FileDigest.of(url))
    }
  }

  /// A file that is not the one that a record names; nil where all are.
  public func changedFile(since record: ExamRecord.Exam) -> String? {
    let (then, now) = (record.files + record.shotFiles, files + shotFiles)
    guard then.count == now.count else { return then.first?.name ?? now.first?.name }
    return zip(then, now).first { $0.sha256 != $1.sha256 }?.0.name
  }

  private static func limited(_ items: [ExamItem], _ limit: Int?) -> [ExamItem] {
    guard let limit else { return items }
    var counts: [String?: Int] = [:]
    return items.filter { item in
      counts[item.category, default: 0] += 1
      return counts[item.category, default: 0] <= limit
    }
  }

  // MARK: Prompts

  /// What stands between a prompt and what follows it; a chat template has its own.
  var delimiter: String { settings.isChat ? "" : " " }

  /// The examples in front of an item: the first ones that are not the item itself.
  func examples(of item: ExamItem) -> [ExamItem] {
    guard settings.shots > 0 else { return [] }
    let all = (examples[item.category] ?? []).filter {
      ByteText($0.prompt) != ByteText(item.prompt)
    }
    return Array(all.prefix(settings.shots))
  }

  /// What a completion of an item follows.
  ///
  /// Source: lm-evaluation-harness 0.4.13, `ConfigurableTask.fewshot_context` with examples as turns.
  func dialogue(of item: ExamItem) -> Dialogue {
    if kind.form == .completions { return .turns([Turn(.user, item.prompt)]) }
    let shots = examples(of: item)
    guard settings.isChat else {
      let shown = shots.map { "\($0.prompt) \($0.shown ?? "")\n\n" }.joined()
      return .text(item.description + shown + item.prompt)
    }
    var turns = item.description.isEmpty ? [] : [Turn(.system, item.description)]
    for shot in shots {
      turns += [Turn(.user, shot.prompt), Turn(.assistant, shot.shown ?? "")]
    }
    return .turns(turns + [Turn(.user, item.prompt)])
  }

  var until: [String] { settings.until ?? kind.until }

  /// What decides the answers, besides the model.
  var identity: [String] {
    ["exam 1", kind.rawValue] + settings.identity + (files + shotFiles).map(\.sha256)
  }

  /// Names an item in messages.
  func name(_ index: Int) -> String {
    "item \(index)" + (items[index].id.map { " (\($0))" } ?? "")
  }
}
