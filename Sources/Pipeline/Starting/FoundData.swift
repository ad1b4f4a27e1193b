import Command
import Corpus
import Foundation
import Runs
import Training

/// What `plumb init` sees of a file of rows.
struct FoundData {
  enum Use: Equatable {
    case pairs, groups, labels, prompts, demonstrations
  }

  let path: String
  let use: Use
  /// For `columns`; empty where all have names that are known.
  let columns: [String: String]
  let isConversation: Bool
  /// Some rows cannot be used, few enough to leave them out.
  let hasBadRows: Bool
  let rows: Int
  /// Tokens below which 95 % of the rows stay, prompt and longest completion together; nil without a
  /// tokenizer.
  let length: Int?
  /// Tokens of the rows that were counted, prompt and longest completion together, least first; empty
  /// without a tokenizer.
  let lengths: [Int]
  /// The file's name of the column with whole texts to learn a tokenizer from.
  let textColumn: String?

  /// Rows whose tokens are counted: as many as a glance takes.
  private static let counted = 400

  init(_ data: InitRequest.Data, _ tokenizer: Tokenizer?) throws {
    let fields: [String]
    switch data {
    case .pairs(let path): (self.path, fields) = (path, ["prompt", "chosen", "rejected"])
    case .prompts(let path): (self.path, fields) = (path, ["prompt"])
    case .demonstrations(let path): (self.path, fields) = (path, ["prompt", "completion"])
    }
    let base = URL(
      filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
    let files = try DataSource.files(path, base: base)
    let names = try DataSource(files: files).firstColumns()
    let columns = DataSource.guess(fields, among: names)
    self.columns = columns
    let plain = DataSource(files: files, columns: columns)
    let layout = try plain.layout()
    switch (data, layout) {
    case (.pairs, .pairs): use = .pairs
    case (.pairs, .groups): use = .groups
    case (.pairs, .labelledCompletions): use = .labels
    case (.prompts, .prompts), (.prompts, .pairs), (.prompts, .demonstrations): use = .prompts
    case (.demonstrations, .demonstrations): use = .demonstrations
    case (.pairs, .prompts), (.demonstrations, .prompts):
      throw TrainingError.unusable(
        "\(path) holds prompts (columns \(Self.list(names))); name it --prompts, or name its columns "
          + "in a recipe: plumb help recipe data")
    case (_, .demonstrations):
      throw TrainingError.unusable("\(path) holds demonstrations; name it --demonstrations")
    case (_, .pairs): throw TrainingError.unusable("\(path) holds pairs; name it --pairs")
    default:
      throw TrainingError.unusable(
        "\(path) holds \(layout.rawValue) (columns \(Self.list(names))), which --pairs, --prompts and "
          + "--demonstrations do not take; plumb help recipe data says what a recipe does")
    }
    var isConversation = false
    if let tokenizer {
      let lenient = DataSource(files: files, columns: columns, badRows: BadRows(.skip))
      isConversation = try lenient.plainRemark(of: Self.prompts(lenient), tokenizer) != nil
    }
    self.isConversation = isConversation
    let refusing = DataSource(files: files, columns: columns, isConversation: isConversation)
    let skipping = DataSource(
      files: files, columns: columns, isConversation: isConversation, badRows: BadRows(.skip))
    let found: (rows: Int, lengths: [Int])
    var hasBadRows = false
    do {
      found = try Self.lengths(refusing, use, tokenizer)
    } catch {
      // Too many, and what is wrong is said as a run would say it.
      guard let kept = try? Self.lengths(skipping, use, tokenizer) else { throw error }
      found = kept
      hasBadRows = true
    }
    let lengths = found.lengths
    rows = found.rows
    self.lengths = lengths
    length = lengths.last.map { min($0, lengths[min(lengths.count - 1, lengths.count * 95 / 100)]) }
    self.hasBadRows = hasBadRows
    let wanted = use == .demonstrations ? "completion" : "chosen"
    textColumn = columns[wanted] ?? DataSource.column(of: wanted, among: names)
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(8).map { ForeignText.printable($0) }.joined(separator: ", ")
  }

  private static func prompts(_ source: DataSource) throws -> [Dialogue] {
    try source.prompts().map(\.dialogue)
  }

  /// How many rows there are, and the tokens of the first of them, least first.
  private static func lengths(
    _ source: DataSource, _ use: Use, _ tokenizer: Tokenizer?
  ) throws -> (rows: Int, lengths: [Int]) {
    let all: [(prompt: Dialogue, texts: [String])]
    switch use {
    case .pairs:
      all = try source.preferencePairs().map { ($0.prompt, [$0.chosen, $0.rejected]) }
    case .demonstrations:
      all = try source.demonstrations().map { ($0.prompt, [$0.completion]) }
    case .labels:
      all = try source.labelledCompletions().map { ($0.prompt, [$0.completion]) }
    case .prompts: all = try source.prompts().map { ($0.dialogue, []) }
    case .groups: all = try source.prompts().map { ($0.dialogue, []) }
    }
    guard let tokenizer else { return (all.count, []) }
    let tokens = try all.prefix(counted).map { row -> Int in
      let reading = try tokenizer.read(row.prompt, row.texts)
      return reading.prompt.count + (reading.completions.map(\.count).max() ?? 0) + 1
    }.sorted()
    return (all.count, tokens)
  }

  /// As in `52 of the 299 rows looked at fit …`; nil where all fit.
  func shortfall(in positions: Int) -> String? {
    let fitting = lengths.count { $0 <= positions }
    guard fitting < lengths.count else { return nil }
    return "\(fitting) of \(lengths.count) rows fit the model's context of \(positions) tokens; "
      + "longer ones are left out and counted"
  }

  /// As in `300 pairs, 95 % of them below 412 tokens`.
  var words: String {
    let what =
      switch use {
      case .pairs: "pairs"
      case .groups: "groups with scores"
      case .labels: "labelled completions"
      case .prompts: "prompts"
      case .demonstrations: "demonstrations"
      }
    return "\(rows) \(what)" + (length.map { ", 95 % of at most \($0) tokens" } ?? "")
  }
}
