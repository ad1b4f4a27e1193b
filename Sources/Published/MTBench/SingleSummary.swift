import Runs
import Statistics

/// The mean of a model's single scores by one judge, in all and for each turn.
public struct SingleSummary: Sendable, Equatable {
  public let model: String
  public let judge: String?
  /// Clustered by question; nil where no answer has a score.
  public let mean: Estimate?
  /// By turn; turns of no number are 1.
  public let turns: [Int: Estimate]
  /// Answers whose judgment did not parse.
  public let unscored: Int

  /// - Throws: ``PublishedError`` for no scores or those of several models.
  public init(_ scores: [SingleScore], file: String) throws(PublishedError) {
    guard let first = scores.first else {
      throw .content(file: file, problem: "holds no scores", advice: "give another file")
    }
    guard
      scores.map(\.model).distinctTexts.count == 1,
      scores.map({ $0.judge ?? "" }).distinctTexts.count == 1
    else {
      throw .content(
        file: file, problem: "holds several models or judges", advice: "give one file for each")
    }
    model = first.model
    judge = first.judge
    unscored = scores.count { $0.score == nil }
    func estimate(_ scores: [SingleScore]) -> Estimate? {
      let clusters = Dictionary(grouping: scores) { ByteText($0.question) }
        .sorted { $0.key < $1.key }
      return Inference().mean(clusters.map { $0.value.compactMap(\.score) })
    }
    mean = estimate(scores)
    var turns: [Int: Estimate] = [:]
    for (turn, scores) in Dictionary(grouping: scores, by: { $0.turn ?? 1 }) {
      turns[turn] = estimate(scores)
    }
    self.turns = turns
  }
}
