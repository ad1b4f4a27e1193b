import Foundation

/// How far what a server says is from what the checkpoint says that it is to serve: a policy's
/// log-probabilities of its own samples, or a reward's scores of texts.
public struct ServedRecord: Codable, Sendable, Equatable {
  /// `server:MODEL@URL`.
  public var policy: String
  /// As the recipe names it.
  public var checkpoint: String
  public var samples: Int
  public var tokens: Int
  /// The numbers are scores of texts; nil for log-probabilities.
  public var areScores: Bool?
  /// Of |log π_server − log π_checkpoint|, in nats a token; of scores, of a text.
  public var meanDifference: Double
  /// Of one token, in nats, or of one text.
  public var largestDifference: Double
  /// Of the mean: above it nothing is measured.
  public var bound: Double

  public init(
    policy: String, checkpoint: String, samples: Int, tokens: Int, meanDifference: Double,
    largestDifference: Double, bound: Double, areScores: Bool? = nil
  ) {
    self.policy = policy
    self.checkpoint = checkpoint
    self.samples = samples
    self.tokens = tokens
    self.meanDifference = meanDifference
    self.largestDifference = largestDifference
    self.bound = bound
    self.areScores = areScores
  }

  /// On one line.
  public var words: String {
    func shown(_ value: Double) -> String {
      value < 0.001 ? String(format: "%.1e", value) : String(format: "%.3f", value)
    }
    if areScores == true {
      return
        "scores of \(samples) texts are \(shown(meanDifference)) from those of \(checkpoint) on "
        + "average, \(shown(largestDifference)) at most (bound \(bound) on average)"
    }
    return
      "log-probabilities of \(samples) of its samples are \(shown(meanDifference)) nats a token from "
      + "those of \(checkpoint) on average, \(shown(largestDifference)) at most (bound \(bound) on average)"
  }
}
