import Recipe
import Torch

/// The loss of a sampled action under a policy that has moved since: importance-weighted, and
/// without reward for moving further than a ratio of 1 ± ε.
///
/// With ρ = π / π_old the loss is max(−A ρ, −A clip(ρ, 1 − ε, 1 + ε)). At ρ = 1 its gradient is that
/// of −A log π.
///
/// Source: Schulman et al. 2017, "Proximal policy optimization algorithms", equation 7; dual clip:
/// Ye et al. 2020, "Mastering complex control in MOBA games", equation 5.
/// Differs: log ρ is limited to ± 20 before it is exponentiated, as OpenRLHF does, so that one stray
/// token cannot make the loss infinite; beyond the limit there is no gradient.
public struct ClippedSurrogate: Equatable, Sendable {
  /// What is one action.
  public enum Level: Sendable {
    case token
    /// A whole completion, with the product of its tokens' ratios.
    case sequence
  }

  public let level: Level
  /// ε.
  public let clip: Double
  /// c > 1: the loss of an action with negative advantage is at most −c A; nil for no such bound.
  public let dualClip: Double?

  static let limit = 20.0

  public init(_ level: Level, clip: Double, dualClip: Double? = nil) {
    self.level = level
    self.clip = clip
    self.dualClip = dualClip
  }

  /// Losses of actions, of the shape of both arguments, with the gradient of `logRatios`.
  ///
  /// - Parameters:
  ///   - logRatios: log ρ.
  ///   - advantages: A, constant.
  public func losses(_ logRatios: Tensor, _ advantages: Tensor) throws(TorchError) -> Tensor {
    let (plain, clipped) = try sides(logRatios, advantages)
    let worse = try Tensor.maximum(plain, clipped)
    guard let dualClip else { return worse }
    let bounded = try Tensor.minimum(worse, advantages * -dualClip)
    return try bounded.selected(where: advantages .< 0, else: worse)
  }

  /// Which actions are clipped: those for which the clipped side decides; boolean.
  public func isClipped(
    _ logRatios: Tensor, _ advantages: Tensor
  ) throws(TorchError) -> Tensor {
    let (plain, clipped) = try sides(logRatios, advantages)
    return try (clipped - plain) .> 0
  }

  private func sides(
    _ logRatios: Tensor, _ advantages: Tensor
  ) throws(TorchError) -> (plain: Tensor, clipped: Tensor) {
    let limit = ClippedSurrogate.limit
    let ratios = try logRatios.clamped(-limit, limit).exp()
    return (
      try -(advantages * ratios), try -(advantages * ratios.clamped(1 - clip, 1 + clip))
    )
  }

  /// log ρ and A of a rollout's actions: `[sample, time]`, or `[sample]` for whole completions.
  public func actions(
    of rollout: Rollout
  ) throws(TorchError) -> (logRatios: Tensor, advantages: Tensor) {
    switch level {
    case .token: return (try rollout.logRatios(), rollout.advantages)
    case .sequence: return (try rollout.logRatios().sum(1), try rollout.sampleAdvantages())
    }
  }

  /// Losses of a rollout's actions, as ``actions(of:)`` lays them out.
  public func losses(of rollout: Rollout) throws(TorchError) -> Tensor {
    let (logRatios, advantages) = try actions(of: rollout)
    return try losses(logRatios, advantages)
  }

  /// Reads ε: `clip`, 0.2 as in the paper.
  static func clip(from section: Section) -> Double {
    section.double(
      "clip", default: 0.2, above: 0, below: 1,
      about: "How far ratios may move from 1 at full gradient.")
  }
}
