import Corpus

/// A judge's score of one answer: MT-bench's single grading, and Arena-Hard's predecessor.
public struct SingleScore: Sendable, Equatable {
  public var question: String
  public var model: String
  public var judge: String?
  /// 1 … 10; nil where the judge's answer did not parse (null or −1 in the file).
  public var score: Double?
  /// From 1; nil where conversations have one turn.
  public var turn: Int?
  public var userPrompt: String?
  public var judgment: String?

  public init(
    question: String, model: String, judge: String? = nil, score: Double?, turn: Int? = nil,
    userPrompt: String? = nil, judgment: String? = nil
  ) {
    self.question = question
    self.model = model
    self.judge = judge
    self.score = score
    self.turn = turn
    self.userPrompt = userPrompt
    self.judgment = judgment
  }

  /// - Throws: ``PublishedError`` with the place of every row that is wrong.
  public static func read(_ path: String) throws(PublishedError) -> [SingleScore] {
    try RowFile.read(path) { row throws(PublishedError) in
      let score = try row.optionalNumber("score")
      if let score, score != -1, !(0...10).contains(score) {
        throw row.wrong("score", "is \(score)", advice: "give 0 … 10, or −1 for an error")
      }
      return SingleScore(
        question: try row.identifier("question_id"), model: try row.string("model"),
        judge: row.has("judge") ? try row.strings("judge").first : nil,
        score: score == -1 ? nil : score, turn: try row.optionalInteger("turn"),
        userPrompt: try row.optionalString("user_prompt"),
        judgment: try row.optionalString("judgment"))
    }
  }

  /// MT-bench's file of single gradings.
  public static func text(_ scores: [SingleScore]) -> String {
    JSONBuilder.lines(
      scores.map {
        JSONBuilder.object([
          ("question_id", Int($0.question).map { .integer($0) } ?? .string($0.question)),
          ("model", .string($0.model)),
          ("judge", $0.judge.map { .array([.string($0), .string("single-v1")]) }),
          ("user_prompt", $0.userPrompt.map { .string($0) }),
          ("judgment", $0.judgment.map { .string($0) }), ("score", .number($0.score ?? -1)),
          ("turn", $0.turn.map { .integer($0) }),
        ])
      })
  }
}
