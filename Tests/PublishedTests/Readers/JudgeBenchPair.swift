import Corpus
import Runs
import Statistics

@testable import Published

/// One pair of JudgeBench with a judge's decisions in both orders.
struct JudgeBenchPair: Sendable, Equatable {
  var id: String
  var source: String
  /// Which answer is right: a win of the first, or a loss.
  var label: PairVerdict
  /// On the first answer, whichever place it was shown in; nil where there is no decision.
  var direct: PairVerdict?
  var swapped: PairVerdict?
  /// Scores of a reward model, in the order shown, for each order; empty for other judges.
  var scores: [[Double]]

  init(
    id: String, source: String, label: PairVerdict, direct: PairVerdict?, swapped: PairVerdict?,
    scores: [[Double]] = []
  ) {
    self.id = id
    self.source = source
    self.label = label
    self.direct = direct
    self.swapped = swapped
    self.scores = scores
  }

  /// - Throws: ``PublishedError`` with the place of every row that is wrong.
  static func read(_ path: String) throws(PublishedError) -> [JudgeBenchPair] {
    try RowFile.read(path) { row throws(PublishedError) in
      guard let label = try Self.decision(row, "label"), label != .tie else {
        throw row.wrong("label", "is no winner", advice: "give A>B or B>A")
      }
      let judgments = try row.objects("judgments")
      guard judgments.count == 2 else {
        throw row.wrong("judgments", "has \(judgments.count) entries", advice: "give both orders")
      }
      var scores: [[Double]] = []
      for judgment in judgments {
        let details = try judgment.object("judgment")
        if details.has("scores") { scores.append(try details.numbers("scores")) }
      }
      return JudgeBenchPair(
        id: try row.string("pair_id"), source: try row.string("source"), label: label,
        direct: try Self.decision(judgments[0], "decision"),
        swapped: try Self.decision(judgments[1], "decision")?.flipped, scores: scores)
    }
  }

  private static func decision(
    _ row: FieldReader, _ key: String
  ) throws(PublishedError) -> PairVerdict? {
    switch try row.optionalString(key) {
    case nil: return nil
    case "A>B": return .win
    case "B>A": return .loss
    case "A=B": return .tie
    case .some(let other):
      throw row.wrong(
        key, "is \(JSONText.line(.string(other)))", advice: "give A>B, B>A, A=B or null")
    }
  }

  /// Each pair its own cluster.
  static func verdicts(_ pairs: [JudgeBenchPair]) -> [SwappedVerdict] {
    pairs.enumerated().map {
      SwappedVerdict(direct: $1.direct, swapped: $1.swapped, cluster: $0)
    }
  }

  /// Share of pairs that the rule decides for the right answer, a tie being no such decision, with
  /// an interval over pairs. JudgeBench itself asks more than both orders: their sum must lean to
  /// the right one, which is ``SwapRule/mean``.
  static func accuracy(_ pairs: [JudgeBenchPair], rule: SwapRule) -> Estimate? {
    Sample.estimate(
      zip(pairs, verdicts(pairs)).map { pair, verdict in
        guard let score = rule.score(verdict) else { return 0 }
        return pair.label == .win ? (score > 0.5 ? 1 : 0) : (score < 0.5 ? 1 : 0)
      })
  }
}
