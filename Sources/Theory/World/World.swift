import Foundation

/// One prompt with so few responses that every expectation can be enumerated.
///
/// A policy is a table of their probabilities. Responses count as texts of different lengths, so that a
/// method that pulls towards short ones is found out.
///
/// What holds here holds exactly, in float64 and without sampling: the numbers on the one side come
/// from sums and closed forms over the responses, those on the other from the objectives that train
/// models.
public struct World: Equatable, Sendable {
  /// π_ref, `[response]`.
  public let reference: [Double]
  /// r, `[response]`.
  public let rewards: [Double]
  /// P(row ≻ column), `[response, response]`; opposite entries add up to 1.
  public let wins: [[Double]]
  /// |y|, in tokens; `[response]`.
  public let lengths: [Int]

  /// A world whose preferences are those of Bradley and Terry: σ(r − r').
  public init(reference: [Double], rewards: [Double]) {
    let wins = rewards.map { own in rewards.map { 1 / (1 + exp($0 - own)) } }
    self.init(reference: reference, rewards: rewards, wins: wins)
  }

  /// A world whose preferences need no reward behind them. The first response has one token, the next
  /// one more, and so on.
  public init(reference: [Double], rewards: [Double], wins: [[Double]]) {
    precondition(
      rewards.count == reference.count && wins.count == reference.count
        && wins.allSatisfy { $0.count == reference.count },
      "one reward and one row of preferences for each response")
    self.reference = reference
    self.rewards = rewards
    self.wins = wins
    lengths = reference.indices.map { $0 + 1 }
  }

  public var count: Int { reference.count }

  /// Testbed A: a reference that dislikes what is rewarded.
  public static let rewarded = World(reference: [0.4, 0.3, 0.2, 0.1], rewards: [0, 1, 2, 1.5])

  /// Testbed B: the same reference, and a preference that goes round in a circle.
  public static let game = World(
    reference: [0.4, 0.3, 0.2, 0.1], rewards: [0, 1, 2, 1.5],
    wins: [
      [0.5, 0.9, 0.2, 0.6], [0.1, 0.5, 0.8, 0.7], [0.8, 0.2, 0.5, 0.4], [0.4, 0.3, 0.6, 0.5],
    ])

  /// Logits that are near nothing in particular: numpy.random.default_rng(0).normal(size=4).
  public static let somewhere = [
    0.1257302210933933, -0.1321048632913019, 0.6404226504432821, 0.10490011715303971,
  ]

  /// Other logits, to see that a result does not hang on one place.
  public static let elsewhere = [[0.0, 0, 0, 0], [1, -0.5, 0.25, 2], [-1, 3, 0, 0.5]]
}
