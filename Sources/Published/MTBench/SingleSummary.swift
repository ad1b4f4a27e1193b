import Statistics

/// The mean of a model's single scores, in all and for each turn.
public struct SingleSummary: Sendable, Equatable {
  public let model: String
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
    guard scores.allSatisfy({ $0.model == first.model }) else {
      throw .content(
        file: file, problem: "holds several models", advice: "give one file for each")
    }
    model = first.model
    unscored = scores.count { $0.score == nil }
    func estimate(_ scores: [SingleScore]) -> Estimate? {
      let clusters = Dictionary(grouping: scores, by: \.question).sorted { $0.key < $1.key }
      return ClusteredMean.estimate(clusters.map { $0.value.compactMap(\.score) })
    }
    mean = estimate(scores)
    var turns: [Int: Estimate] = [:]
    for (turn, scores) in Dictionary(grouping: scores, by: { $0.turn ?? 1 }) {
      turns[turn] = estimate(scores)
    }
    self.turns = turns
  }
}
