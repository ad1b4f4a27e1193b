import Foundation

/// Whom completions are compared with: samples of a mixture of the policy and the reference, and a
/// preference between the two.
public struct OpponentSettings: Equatable, Sendable {
  /// α, the reference's share in the logits of every token; 0 is the policy itself, 1 the
  /// reference.
  public var share: Double
  /// Reward that makes the odds of winning e : 1.
  public var scale: Double

  public init(share: Double, scale: Double) {
    self.share = share
    self.scale = scale
  }

  /// P(y ≻ y') = σ((r − r') / scale), the Bradley–Terry preference of a reward.
  public func preference(_ reward: Double, over other: Double) -> Double {
    1 / (1 + exp((other - reward) / scale))
  }
}
