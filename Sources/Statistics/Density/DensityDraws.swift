import Foundation

/// What several policies wrote for one prompt, placed along the reference's log-probability.
public struct DensityDraws: Sendable, Equatable {
  /// log π_ref of each completion, summed, in nats, `[policy][draw]`; the reference's own come first.
  public var positions: [[Double]]
  /// Of the same completions; the optimal policy is π_ref·exp(reward/β)/Z.
  public var rewards: [[Double]]
  /// Policies whose draws stand for the optimal policy's, by place; the reference is one of them.
  public var proposals: [Int]
  /// log π of completions, `[policy it is taken under][policy that drew][draw]`: all proposals' draws
  /// under every proposal, and a policy's own under itself. Empty where it is not known.
  public var logProbabilities: [[[Double]]]

  public init(
    positions: [[Double]], rewards: [[Double]], proposals: [Int],
    logProbabilities: [[[Double]]]
  ) {
    self.positions = positions
    self.rewards = rewards
    self.proposals = proposals
    self.logProbabilities = logProbabilities
  }

  /// log π_ref + r/β of the draws of some policies.
  func target(_ policies: [Int], beta: Double) -> [[Double]] {
    policies.map { policy in zip(positions[policy], rewards[policy]).map { $0 + $1 / beta } }
  }

  /// The draws that stand for the optimal policy's; nil where a reward or a probability is no number.
  public func optimal(beta: Double) -> PooledDraws? {
    guard proposals.allSatisfy({ rewards[$0].allSatisfy(\.isFinite) }) else { return nil }
    return PooledDraws(
      target: target(proposals, beta: beta),
      logProbabilities: proposals.map { under in proposals.map { logProbabilities[under][$0] } })
  }
}

extension [DensityDraws] {
  /// What β is looked for among.
  public static var betas: [Double] {
    (-2...2).flatMap { power in
      [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8].map { $0 * pow(10, Double(power)) }
    }
  }

  /// The least β of ``betas`` with which the effective sample size of the optimal policy can reach what
  /// is wanted, at nine of ten prompts.
  ///
  /// - Parameter growth: how many times these draws there may yet be; the effective size grows with
  ///   their number.
  /// - Returns: nil where none can.
  public func leastBeta(reaching size: Double, growth: Double = 1) -> Double? {
    let needed = (9 * count + 9) / 10
    return Self.betas.first { beta in
      self.count { ($0.optimal(beta: beta)?.effectiveSampleSize ?? 0) * growth >= size } >= needed
    }
  }
}
