import Foundation
import Torch
import Training

/// The expected loss of methods of reinforcement learning over everything that can be drawn.
extension World {
  /// Over all tuples of `samples` responses drawn from softmax(logits), and the gradient there; a
  /// tuple is one prompt's samples, and credits see nothing else.
  ///
  /// - Parameters:
  ///   - old: the logits of the policy that drew the rollout, where that is no longer the same.
  ///   - rewards: r, or what stands for it; of a response among all.
  public func expected(
    _ method: some RolloutObjective, samples: Int, at logits: [Double],
    drawnAt old: [Double]? = nil,
    kl: Double, rewards: [Double]? = nil
  ) throws(TorchError) -> Slope {
    let policy = Distribution.normalised(old ?? logits)
    let rewards = rewards ?? self.rewards
    let tuples = tuples(samples)
    let episodes = tuples.flatMap { tuple in
      tuple.map { response in
        Episode(
          old: [log(policy[response])], reference: [logReference[response]], values: [0],
          reward: rewards[response])
      }
    }
    let credits = tuples.indices.flatMap { index in
      method.credit(
        Array(episodes[index * samples..<(index + 1) * samples]), samples: samples, kl: kl)
    }
    let weights = tuples.flatMap { tuple in
      tuple.map { _ in tuple.reduce(1) { $0 * policy[$1] } / Double(samples) }
    }
    return try World.expected(
      method, episodes, credits, chosen: tuples.flatMap { $0 }, weights: weights, at: logits, kl)
  }

  /// One response each, compared with one of `opponent`: methods that play.
  public func expected(
    _ method: some RolloutObjective, against opponent: [Double], at logits: [Double], kl: Double
  ) throws(TorchError) -> Slope {
    let policy = Distribution.normalised(logits)
    let pairs = tuples(2)
    let episodes = pairs.map { pair in
      Episode(
        old: [log(policy[pair[0]])], reference: [logReference[pair[0]]],
        reward: wins[pair[0]][pair[1]])
    }
    return try World.expected(
      method, episodes, method.credit(episodes, samples: 1, kl: kl), chosen: pairs.map { $0[0] },
      weights: pairs.map { policy[$0[0]] * opponent[$0[1]] }, at: logits, kl)
  }

  private static func expected(
    _ method: some RolloutObjective, _ episodes: [Episode], _ credits: [Credit], chosen: [Int],
    weights: [Double], at logits: [Double], _ kl: Double
  ) throws(TorchError) -> Slope {
    let parameters = try Tensor.of(logits)
    try parameters.requireGradient()
    let policy = try parameters.logSoftmax(0).select(0, Tensor.of(chosen)).unsqueezed(1)
    let rollout = try Rollout(policy: policy, episodes, credits, limit: 1, kl: kl)
    let loss = try (method.losses(rollout) * Tensor.of(weights)).sum()
    try loss.backward()
    return Slope(
      value: try loss.item(),
      gradient: try parameters.gradient?.values() ?? logits.map { _ in 0 })
  }
}
