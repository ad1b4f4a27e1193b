import Corpus
import Runs

/// A line of `judgments.jsonl`, as `plumb judge` keeps it: what came of one comparison, without texts.
public struct JudgingRow: Sendable, Equatable {
  /// One judge's preference for the first file, 0 … 1.
  public struct Answer: Sendable, Equatable {
    public var preference: Double?
    /// `verdict`, or why there is none.
    public var state: String
    public var orders: Preference.SwappedShares?
  }

  public var id: String
  /// SHA-256 of the prompt's text; nil in files of older versions.
  public var prompt: String?
  /// What was compared, by content; nil in files of older versions.
  public var subject: Preference.Subject?
  /// Nil for a comparison of the two files.
  public var canary: CanaryKind?
  public var whole: Answer
  /// Of a jury's judges, in its order; empty without one.
  public var members: [Answer]
  /// Where judging was to stop once it is decided: the place of its prompt in the order of asking.
  public var look: Int?

  /// - Throws: ``PublishedError`` with the place of every row that is wrong.
  public static func read(_ path: String) throws(PublishedError) -> [JudgingRow] {
    try RowFile.read(path) { row throws(PublishedError) in
      let judgment = try row.object("judgment")
      let isJury = try judgment.optionalString("combination") == "jury"
      return JudgingRow(
        id: try row.identifier("id"), prompt: try row.optionalString("prompt_sha256"),
        subject: try Self.subject(row),
        canary: row.has("canary") ? try row.choice("canary", CanaryKind.self) : nil,
        whole: try Self.answer(judgment),
        members: isJury
          ? try judgment.objects("parts").map { part throws(PublishedError) in
            try Self.answer(part)
          } : [],
        look: try row.optionalInteger("look"))
    }
  }

  private static func subject(_ row: FieldReader) throws(PublishedError) -> Preference.Subject? {
    guard let prompt = try row.optionalString("prompt_sha256"), row.has("answers_sha256") else {
      return nil
    }
    let answers = try row.strings("answers_sha256")
    let lengths = try row.numbers("lengths").map { Int($0) }
    guard answers.count == 2, lengths.count == 2 else { return nil }
    return Preference.Subject(
      content: "\(prompt):\(answers[0]):\(answers[1])", excess: lengths[0] - lengths[1])
  }

  private static func answer(_ judgment: FieldReader) throws(PublishedError) -> Answer {
    Answer(
      preference: try share(judgment), state: try judgment.string("state"),
      orders: try orders(judgment))
  }

  private static func share(_ judgment: FieldReader) throws(PublishedError) -> Double? {
    try judgment.optionalObject("verdict")?.optionalShare("preference")
  }

  /// Of a single judge; a jury's orders are those of its members.
  private static func orders(
    _ judgment: FieldReader
  ) throws(PublishedError) -> Preference.SwappedShares? {
    guard try judgment.optionalString("combination") == "orders" else { return nil }
    let parts = try judgment.objects("parts")
    guard parts.count == 2 else {
      throw judgment.wrong("parts", "has \(parts.count) parts", advice: "give both orders")
    }
    // The second part was asked with the files exchanged.
    return Preference.SwappedShares(
      direct: try share(parts[0]), swapped: try share(parts[1]).map { 1 - $0 })
  }
}
