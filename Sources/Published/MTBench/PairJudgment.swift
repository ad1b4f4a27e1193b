import Corpus
import Runs
import Statistics

/// One question of MT-bench's pairwise grading, judged in both orders.
public struct PairJudgment: Sendable, Equatable {
  public enum Winner: String, Sendable, Equatable, CaseIterable {
    case first = "model_1"
    case second = "model_2"
    case tie
    /// The judge's answer did not parse.
    case error

    /// Of the first model; nil for an error.
    public var verdict: PairVerdict? {
      switch self {
      case .first: .win
      case .second: .loss
      case .tie: .tie
      case .error: nil
      }
    }
  }

  public var question: String
  public var first: String
  public var second: String
  /// Judge and prompt.
  public var judge: [String]
  /// With the first model shown first.
  public var direct: Winner
  /// With the second model shown first; winners name models, not places.
  public var swapped: Winner
  public var turn: Int
  /// What the judge was sent, and what it wrote, in both games.
  public var prompts: [String?]
  public var texts: [String?]
  /// Seconds since 1970.
  public var time: Double?

  public init(
    question: String, first: String, second: String, judge: [String], direct: Winner,
    swapped: Winner, turn: Int, prompts: [String?] = [nil, nil], texts: [String?] = [nil, nil],
    time: Double? = nil
  ) {
    self.question = question
    self.first = first
    self.second = second
    self.judge = judge
    self.direct = direct
    self.swapped = swapped
    self.turn = turn
    self.prompts = prompts
    self.texts = texts
    self.time = time
  }

  /// - Throws: ``PublishedError`` with the place of every row that is wrong.
  public static func read(_ path: String) throws(PublishedError) -> [PairJudgment] {
    try RowFile.read(path) { row throws(PublishedError) in
      PairJudgment(
        question: try row.identifier("question_id"), first: try row.string("model_1"),
        second: try row.string("model_2"), judge: try row.strings("judge"),
        direct: try row.choice("g1_winner", Winner.self),
        swapped: try row.choice("g2_winner", Winner.self), turn: try row.integer("turn"),
        prompts: [
          try row.optionalString("g1_user_prompt"), try row.optionalString("g2_user_prompt"),
        ],
        texts: [
          try row.optionalString("g1_judgment"), try row.optionalString("g2_judgment"),
        ], time: try row.optionalNumber("tstamp"))
    }
  }

  /// Verdicts on the first model, turns of one question in one cluster.
  public static func verdicts(_ judgments: [PairJudgment]) -> [SwappedVerdict] {
    var clusters: [ByteText: Int] = [:]
    return judgments.map { judgment in
      let question = ByteText(judgment.question)
      let cluster = clusters[question] ?? clusters.count
      clusters[question] = cluster
      return SwappedVerdict(
        direct: judgment.direct.verdict, swapped: judgment.swapped.verdict, cluster: cluster)
    }
  }

  /// MT-bench's file.
  public static func text(_ judgments: [PairJudgment]) -> String {
    JSONBuilder.lines(
      judgments.map {
        JSONBuilder.object([
          ("question_id", Int($0.question).map { .integer($0) } ?? .string($0.question)),
          ("model_1", .string($0.first)), ("model_2", .string($0.second)),
          ("g1_winner", .string($0.direct.rawValue)),
          ("g2_winner", .string($0.swapped.rawValue)),
          ("judge", .array($0.judge.map { .string($0) })),
          ("g1_user_prompt", JSONBuilder.string($0.prompts[0])),
          ("g2_user_prompt", JSONBuilder.string($0.prompts[1])),
          ("g1_judgment", JSONBuilder.string($0.texts[0])),
          ("g2_judgment", JSONBuilder.string($0.texts[1])), ("turn", .integer($0.turn)),
          ("tstamp", JSONBuilder.number($0.time)),
        ])
      })
  }
}
