import Corpus

/// One pair of RewardBench 1's file of outputs.
public struct RewardBenchOutput: Sendable, Equatable {
  public var prompt: String
  public var chosen: String
  public var rejected: String
  public var chosenScore: Double
  public var rejectedScore: Double
  public var subset: String?

  public init(
    prompt: String, chosen: String, rejected: String, chosenScore: Double, rejectedScore: Double,
    subset: String? = nil
  ) {
    self.prompt = prompt
    self.chosen = chosen
    self.rejected = rejected
    self.chosenScore = chosenScore
    self.rejectedScore = rejectedScore
    self.subset = subset
  }

  /// Whether the chosen answer has the higher score; a tie is not correct.
  public var isCorrect: Bool { chosenScore > rejectedScore }

  /// - Throws: ``PublishedError`` with the place of every row that is wrong, also where the stored
  ///   `results` contradict the scores.
  public static func read(_ path: String) throws(PublishedError) -> [RewardBenchOutput] {
    try RowFile.read(path) { row throws(PublishedError) in
      let output = RewardBenchOutput(
        prompt: try row.string("prompt"), chosen: try row.string("text_chosen"),
        rejected: try row.string("text_rejected"), chosenScore: try row.number("scores_chosen"),
        rejectedScore: try row.number("scores_rejected"),
        subset: try row.optionalString("subset"))
      if row.has("results"), try row.number("results") != (output.isCorrect ? 1 : 0) {
        throw row.wrong(
          "results", "contradicts the scores", advice: "give the scores that led to the result")
      }
      return output
    }
  }

  /// The file for such pairs.
  public static func text(_ outputs: [RewardBenchOutput]) -> String {
    JSONBuilder.lines(
      outputs.map {
        JSONBuilder.object([
          ("prompt", .string($0.prompt)), ("results", .integer($0.isCorrect ? 1 : 0)),
          ("scores_chosen", .number($0.chosenScore)),
          ("scores_rejected", .number($0.rejectedScore)), ("text_chosen", .string($0.chosen)),
          ("text_rejected", .string($0.rejected)), ("subset", $0.subset.map { .string($0) }),
        ])
      })
  }

  /// Accuracy of each subset; pairs of no subset are left out.
  public static func accuracies(_ outputs: [RewardBenchOutput]) -> [String: Double] {
    Dictionary(grouping: outputs.filter { $0.subset != nil }, by: { $0.subset ?? "" })
      .mapValues { pairs in Double(pairs.count(where: \.isCorrect)) / Double(pairs.count) }
  }
}
