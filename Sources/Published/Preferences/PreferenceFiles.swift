import Corpus
import Foundation
import Runs
import Statistics

/// Judgments from files of every format, people's and judges', as one list.
public struct PreferenceFiles: Sendable, Equatable {
  /// In the order of the files; match-ups as the first file that has them names them.
  public private(set) var preferences: [Preference] = []
  /// Single scores that no other model's stand against: mean scores alone follow from them.
  public private(set) var scores: [SingleScore] = []
  /// Hashes of the pages whose answers are among the files.
  public private(set) var studies: [String] = []
  /// What people wrote beside their answers: annotator, item, words.
  public private(set) var comments: [Comment] = []

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
    let files = try paths.map { path throws(PublishedError) in
      (path: Self.file(path), format: try JudgmentFormat(path: Self.file(path)))
    }
    let keys = try files.filter { $0.format == .annotationKey }.map { file throws(PublishedError) in
      try AnnotationKey.read(file.path)
    }
    var owners: [String: String] = [:]
    for file in files where file.format == .annotation {
      let (answers, key) = try AnnotationAnswers.read(file.path, keys: keys)
      // One person's answers twice would count as two who agree.
      if let other = owners.updateValue(file.path, forKey: key.study + answers.annotator) {
        throw .content(
          file: file.path, problem: "holds answers of '\(answers.annotator)', as \(other) does",
          advice: "give the later file of the two, or save them under different names")
      }
      if !studies.contains(key.study) { studies.append(key.study) }
      add(Preference.all(answers, key))
      comments += answers.answers.compactMap { answer in
        answer.comment.flatMap { text in
          text.isEmpty
            ? nil
            : Comment(
              study: key.study, item: answer.item, annotator: answers.annotator, text: text)
        }
      }
    }
    for file in files { try read(file.path, file.format, isHuman: false) }
    for path in human {
      let path = Self.file(path)
      try read(path, try JudgmentFormat(path: path), isHuman: true)
    }
    add(Self.pairs(scores))
    if preferences.isEmpty, scores.isEmpty {
      throw .content(
        file: paths.first ?? "", problem: "is a key without answers",
        advice: "give the files that its page saved as well")
    }
  }

  /// The file that a folder of `plumb judge` means.
  private static func file(_ path: String) -> String {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    return exists && isFolder.boolValue ? path + "/judgments.jsonl" : path
  }

  private mutating func read(
    _ path: String, _ format: JudgmentFormat, isHuman: Bool
  ) throws(PublishedError) {
    let before = preferences.count + scores.count
    switch format {
    case .annotationKey, .annotation:
      guard isHuman else { return }
      throw .content(
        file: path, problem: "was made by plumb annotate and is of people anyway",
        advice: "give it without --human")
    case .alpacaEval:
      add(try AlpacaAnnotation.read(path).map { Preference($0, isHuman: isHuman) })
    case .arenaHard: add(try ArenaJudgment.read(path).map { Preference($0, isHuman: isHuman) })
    case .mtBench: add(try PairJudgment.read(path).map { Preference($0, isHuman: isHuman) })
    case .comparisons:
      add(try ComparisonRow.read(path).map { Preference($0, isHuman: isHuman) })
    case .judging: add(try Preference.judged(path, isHuman: isHuman))
    case .scores: scores += try SingleScore.read(path)
    }
    guard preferences.count + scores.count > before else {
      throw .content(file: path, problem: "holds no judgment", advice: "give another file")
    }
  }

  /// Adds judgments, those of exchanged systems turned round.
  private mutating func add(_ more: [Preference]) {
    var known = Set(preferences.map(\.matchUp))
    for one in more {
      let turned = known.contains(one.matchUp.flipped) && !known.contains(one.matchUp)
      preferences.append(turned ? one.flipped : one)
      known.insert(turned ? one.matchUp.flipped : one.matchUp)
    }
  }

  /// Scores of several models by one judge as comparisons of the first model with each other one:
  /// the higher score wins, equal ones are a tie.
  private static func pairs(_ scores: [SingleScore]) -> [Preference] {
    struct Place: Hashable {
      let judge: String
      let question: String
      let turn: Int
    }
    var models: [String] = []
    for score in scores where !models.contains(score.model) { models.append(score.model) }
    guard let first = models.first, models.count > 1 else { return [] }
    func place(_ score: SingleScore) -> Place {
      Place(judge: score.judge ?? "judge", question: score.question, turn: score.turn ?? 1)
    }
    let base = Dictionary(
      scores.filter { $0.model == first }.map { (place($0), $0.score) },
      uniquingKeysWith: { one, _ in one })
    return scores.filter { $0.model != first }.compactMap { score in
      guard let ours = base[place(score)] else { return nil }
      let rater = Preference.Rater(name: score.judge ?? "judge", isHuman: false)
      let matchUp = MatchUp(first, score.model)
      guard let ours, let theirs = score.score else {
        return Preference(
          prompt: score.question, matchUp: matchUp, rater: rater, share: nil, gap: "unparsable")
      }
      return Preference(
        prompt: score.question, matchUp: matchUp, rater: rater,
        share: ours > theirs ? 1 : ours < theirs ? 0 : 0.5)
    }
  }
}
