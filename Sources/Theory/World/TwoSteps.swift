import Foundation
import Torch
import Training

/// Completions of two tokens from two symbols: the smallest world in which an early token has a later
/// one to answer for.
enum TwoSteps {
  /// Of the first step, then of the second after either symbol; `[3 × 2]`.
  static let logits = [0.3, -0.2, 0.1, 0.4, -0.3, 0.2]
  /// log π_ref, laid out the same.
  private static let reference = [0.6, 0.4, 0.5, 0.5, 0.2, 0.8].map { log($0) }
  /// Where the two tokens of each completion stand.
  private static let places = [[0, 2], [0, 3], [1, 4], [1, 5]]

  private static func logPolicy(_ logits: [Double]) -> [Double] {
    stride(from: 0, to: 6, by: 2).flatMap { start in
      Distribution.normalised(Array(logits[start..<start + 2])).map { log($0) }
    }
  }

  /// KL(π ∥ π_ref) over the four completions.
  static func divergence(_ logits: [Double]) -> Double {
    let policy = logPolicy(logits)
    return places.reduce(0) { sum, places in
      let own = places.reduce(0) { $0 + policy[$1] }
      return sum + exp(own) * (own - places.reduce(0) { $0 + reference[$1] })
    }
  }

  /// The expected gradient of a method's loss when all completions win as often as they lose, so
  /// that the divergence with strength 1 is all that is left.
  static func gradient(of method: some RolloutObjective) throws(TorchError) -> [Double] {
    let parameters = try Tensor.of(logits, [3, 2])
    try parameters.requireGradient()
    let own = logPolicy(logits)
    let episodes = places.map { places in
      Episode(old: places.map { own[$0] }, reference: places.map { reference[$0] }, reward: 0.5)
    }
    let policy = try parameters.logSoftmax(1).reshaped(-1)
      .select(0, Tensor.of(places.flatMap { $0 })).reshaped(4, 2)
    let rollout = try Rollout(
      policy: policy, episodes, method.credit(episodes, samples: 1, kl: 1), limit: 2, kl: 1)
    let weights = episodes.map { exp($0.old.reduce(0, +)) }
    try (method.losses(rollout) * Tensor.of(weights)).sum().backward()
    return try parameters.gradient?.values() ?? []
  }
}
