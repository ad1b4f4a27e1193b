import Corpus

/// The file that a page of human evaluation saves: one annotator's answers.
public struct AnnotationAnswers: Sendable, Equatable {
  public enum Choice: String, Sendable, Equatable, CaseIterable {
    /// Answer 1 is better.
    case first = "1"
    case tie
    case second = "2"

    /// Of answer 1.
    public var share: Double { self == .first ? 1 : self == .tie ? 0.5 : 0 }
  }

  public struct Answer: Sendable, Equatable {
    public var item: Int
    /// Nil where only criteria or a comment were given.
    public var preference: Choice?
    public var criteria: [String: Choice]
    public var comment: String?
    /// That the comparison was on the screen.
    public var seconds: Double?
  }

  static let version = 1
  static let kind = "plumb annotation"

  public var study: String
  public var annotator: String
  public var answers: [Answer]

  /// - Parameter keys: of the pages that answers may belong to.
  /// - Throws: ``PublishedError`` with the place of whatever the page does not write; for answers of
  ///   a page that none of the keys is of.
  public static func read(
    _ path: String, keys: [AnnotationKey]
  ) throws(PublishedError) -> (answers: AnnotationAnswers, key: AnnotationKey) {
    let row = try RowFile.object(path)
    guard try row.string("kind") == kind else {
      throw row.wrong("kind", "is not '\(kind)'", advice: "give a file that the page saved")
    }
    guard try row.integer("version") == version else {
      throw row.wrong("version", "is not \(version)", advice: "use the Plumb that wrote the page")
    }
    let study = try row.string("study")
    guard let key = keys.first(where: { $0.study == study }) else {
      let known = keys.map { String($0.study.prefix(8)) }.joined(separator: ", ")
      throw row.wrong(
        "study", "is of the page \(study.prefix(8))",
        advice: keys.isEmpty
          ? "give the .key.json that plumb annotate wrote beside the page as well"
          : "the key is of \(known); give the key and the answers of one page")
    }
    let annotator = try row.string("annotator")
    guard !annotator.isEmpty else {
      throw row.wrong("annotator", "is empty", advice: "name who answered")
    }
    let numbers = Set(key.items.map(\.number))
    var seen: Set<Int> = []
    var answers: [Answer] = []
    for reader in try row.objects("answers") {
      let answer = try Self.answer(reader, key.criteria)
      guard numbers.contains(answer.item) else {
        throw reader.wrong(
          "item", "is \(answer.item), which the page does not have", advice: "restore the file")
      }
      guard seen.insert(answer.item).inserted else {
        throw reader.wrong("item", "is \(answer.item) again", advice: "keep one of the answers")
      }
      answers.append(answer)
    }
    return (AnnotationAnswers(study: study, annotator: annotator, answers: answers), key)
  }

  private static func answer(
    _ row: FieldReader, _ known: [String]
  ) throws(PublishedError) -> Answer {
    var criteria: [String: Choice] = [:]
    if let given = try row.optionalObject("criteria") {
      for member in given.object.members {
        guard known.contains(member.key) else {
          throw given.wrong(member.key, "is no criterion of the page", advice: "restore the file")
        }
        criteria[member.key] = try given.choice(member.key, Choice.self)
      }
    }
    return Answer(
      item: try row.integer("item"),
      preference: row.has("preference") ? try row.choice("preference", Choice.self) : nil,
      criteria: criteria, comment: try row.optionalString("comment"),
      seconds: try row.optionalNumber("seconds"))
  }
}
