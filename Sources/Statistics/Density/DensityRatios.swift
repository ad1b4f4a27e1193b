/// Ratios of the densities of policies to the reference's along log π_ref, with pointwise bands.
public struct DensityRatios: Sendable, Equatable {
  /// Why a ratio is not told at a point.
  public enum Doubt: String, Sendable, Equatable, CaseIterable, Codable {
    /// Too few of the reference's draws lie near.
    case reference
    /// Too few of the policy's own.
    case policy
    /// The weights of the optimal policy rest on too few draws altogether.
    case weights
  }

  public struct Curve: Sendable, Equatable {
    /// Density over the reference's, and the ends of its interval; nil where ``doubts`` has a reason.
    /// `[grid]`
    public var ratio: [Double?]
    public var low: [Double?]
    public var high: [Double?]
    public var doubts: [Doubt?]
    /// Of all draws together; their number where each counts once.
    public var effectiveSampleSize: Double
    public var largestWeight: Double
    /// The share of the policy that lies where the curve is told, 0 … 1.
    public var told: Double
  }

  /// log π_ref in nats; from each prompt's mean under the reference where several prompts stand together.
  public var grid: [Double]
  /// Where each prompt's positions begin: 0 for one alone.
  public var centres: [Double]
  public var bandwidth: Double
  /// `[grid]`
  public var reference: [Double]
  /// Of all policies but the reference, in their order.
  public var policies: [Curve]
  public var optimal: Curve?
  /// log Z, in nats; nil for several prompts together.
  public var logNormaliser: Estimate?
  /// KL(π* ∥ π) of the policies, in nats; nil where a policy's probabilities are not known.
  public var forwardKL: [Estimate?]
  /// KL(π ∥ π*)
  public var reverseKL: [Estimate?]
}
