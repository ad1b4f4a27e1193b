import Corpus
import Foundation
import Runs
import Statistics

/// Judgments from files of every format, people's and judges', as one list.
public struct PreferenceFiles: Sendable, Equatable {
  /// In the order of the files, each comparison of a rater once; match-ups as the first file that has
  /// them names them.
  public private(set) var preferences: [Preference] = []
  /// What raters said of texts without content, in the first system's place.
  public private(set) var canaries: [Preference] = []
  /// What has to be known about the rows.
  public private(set) var remarks: [RowRemark] = []
  /// Single scores that no other model's stand against: mean scores alone follow from them.
  public private(set) var scores: [SingleScore] = []
  /// Hashes of the pages whose answers are among the files.
  public private(set) var studies: [String] = []
  /// What people wrote beside their answers: annotator, item, words.
  public private(set) var comments: [Comment] = []
  private var sources = PreferenceSources()
  /// The first file of each judge's scores.
  private var scoreFiles: [ByteText: String] = [:]

  public struct Comment: Sendable, Equatable {
    public var study: String
    public var item: Int
    public var annotator: String
    public var text: String
  }

  /// - Parameters:
  ///   - paths: in any order; keys of pages among them.
  ///   - human: more files, of any format but a page's, whose judgments people gave.
  /// - Throws: ``PublishedError`` for the first file that is wrong.
  public init(_ paths: [String], human: [String] = []) throws(PublishedError) {
    try Self.refuseExports(among: (paths + human).map(Self.file))
    let files = try paths.map { path throws(PublishedError) in
      (path: Self.file(path), format: try JudgmentFormat(path: Self.file(path)))
    }
    let keys = try files.filter { $0.format == .annotationKey }.map { file throws(PublishedError) in
      try AnnotationKey.read(file.path)
    }
    let people = try human.map { path throws(PublishedError) in
      (path: Self.file(path), format: try JudgmentFormat(path: Self.file(path)))
    }
    let names = try Names(files + people, keys)
    var owners: [ByteText: String] = [:]
    for file in files where file.format == .annotation {
      let (answers, found) = try AnnotationAnswers.read(file.path, keys: keys)
      let (key, study) = (names.shown(found), found.study)
      // One person's answers twice would count as two who agree.
      if let other = owners.updateValue(file.path, forKey: ByteText(study + answers.annotator)) {
        throw .content(
          file: file.path, problem: "holds answers of '\(answers.annotator)', as \(other) does",
          advice: "give the later file of the two, or save them under different names")
      }
      if !studies.contains(study) { studies.append(study) }
      try add(Preference.all(answers, key), from: file.path, .annotation)
      comments += answers.answers.compactMap { answer in
        answer.comment.flatMap { text in
          text.isEmpty
            ? nil
            : Comment(
              study: study, item: answer.item, annotator: answers.annotator, text: text)
        }
      }
    }
    for file in files { try read(file.path, file.format, names, isHuman: false) }
    for file in people { try read(file.path, file.format, names, isHuman: true) }
    try settle(names)
    if preferences.isEmpty, scores.isEmpty {
      throw .content(
        file: paths.first ?? "", problem: "is a key without answers",
        advice: "give the files that its page saved as well")
    }
  }

  /// What `plumb judge` writes beside its own record says the same again.
  private static func refuseExports(among paths: [String]) throws(PublishedError) {
    let places = paths.map { URL(filePath: $0).standardizedFileURL.resolvingSymlinksInPath() }
    let judged = Set(places.filter { $0.lastPathComponent == "judgments.jsonl" }.map(\.folder))
    for (path, place) in zip(paths, places)
    where exports.contains(place.lastPathComponent) && judged.contains(place.folder) {
      throw .content(
        file: path, problem: "is an export of the judgments.jsonl beside it, which is given too",
        advice: "give one of the two")
    }
  }

  private static let exports = [
    "annotations.json", "arena-hard.jsonl", "mt-bench.jsonl", "comparisons.jsonl",
    "comparisons.csv",
  ]

  /// The file that a folder of `plumb judge` means.
  public static func file(_ path: String) -> String {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    return exists && isFolder.boolValue ? path + "/judgments.jsonl" : path
  }

  private mutating func read(
    _ path: String, _ format: JudgmentFormat, _ names: Names, isHuman: Bool
  ) throws(PublishedError) {
    let before = preferences.count + scores.count
    switch format {
    case .annotationKey, .annotation:
      guard isHuman else { return }
      throw .content(
        file: path, problem: "was made by plumb annotate and is of people anyway",
        advice: "give it without --human")
    case .alpacaEval:
      try add(
        AlpacaAnnotation.read(path).map { Preference($0, isHuman: isHuman) }, from: path, format)
    case .arenaHard:
      try add(ArenaJudgment.read(path).map { Preference($0, isHuman: isHuman) }, from: path, format)
    case .mtBench:
      try add(PairJudgment.read(path).map { Preference($0, isHuman: isHuman) }, from: path, format)
    case .comparisons:
      try add(ComparisonRow.read(path).map { Preference($0, isHuman: isHuman) }, from: path, format)
    case .judging:
      try add(
        Preference.judged(path, names.judging(path), isHuman: isHuman), from: path, format)
    case .scores:
      let more = try SingleScore.read(path)
      for one in more where scoreFiles[Self.judge(one)] == nil {
        scoreFiles[Self.judge(one)] = path
      }
      scores += more
    }
    guard preferences.count + scores.count > before else {
      throw .content(file: path, problem: "holds no judgment", advice: "give another file")
    }
  }

  /// Adds judgments, those of exchanged systems turned round.
  private mutating func add(
    _ more: [Preference], from path: String, _ format: JudgmentFormat
  ) throws(PublishedError) {
    var known = Set(preferences.map(\.matchUp))
    for one in more {
      try sources.note(one, in: path, format)
      let turned = known.contains(one.matchUp.flipped) && !known.contains(one.matchUp)
      preferences.append(turned ? one.flipped : one)
      known.insert(turned ? one.matchUp.flipped : one.matchUp)
    }
  }

  /// Counts every comparison once, and makes comparisons of single scores.
  private mutating func settle(_ names: Names) throws(PublishedError) {
    let once = MergedRows(scores)
    scores = once.rows
    let scored = ScoredComparisons(scores)
    for one in scored.preferences {
      try add([one], from: scoreFiles[ByteText(one.rater.name)] ?? "", .scores)
    }
    let merged = MergedRows(preferences)
    preferences = merged.rows.filter { $0.canary == nil }
    canaries = merged.rows.filter { $0.canary != nil }
    remarks = names.remarks + merged.remarks + once.remarks + scored.remarks
  }

  private static func judge(_ score: SingleScore) -> ByteText {
    ByteText(score.judge ?? ScoredComparisons.judge)
  }

  // MARK: Names

  /// What files and judges are called, where one name may stand for several contents.
  private struct Names {
    private var systems = SharedNames()
    private var judges = SharedNames()
    private var judgings: [ByteText: JudgingNames] = [:]

    init(
      _ files: [(path: String, format: JudgmentFormat)], _ keys: [AnnotationKey]
    ) throws(PublishedError) {
      for key in keys {
        for system in key.systems { systems.add(system.name, system.sha256) }
      }
      for file in files where file.format == .judging {
        let names = try JudgingNames(beside: file.path)
        names.collect(systems: &systems, judges: &judges)
        judgings[ByteText(file.path)] = names
      }
    }

    func judging(_ path: String) -> JudgingNames {
      guard let names = judgings[ByteText(path)] else {
        preconditionFailure("the names of every judging are read first")
      }
      return names.shown(systems: systems, judges: judges)
    }

    func shown(_ key: AnnotationKey) -> AnnotationKey {
      var other = key
      other.systems = key.systems.map {
        AnnotationKey.System(name: systems.shown($0.name, $0.sha256), sha256: $0.sha256)
      }
      return other
    }

    var remarks: [RowRemark] { systems.remarks + judges.remarks }
  }
}

extension URL {
  fileprivate var folder: String { deletingLastPathComponent().path }
}
