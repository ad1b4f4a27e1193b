import Foundation

/// Estimates of KL(π ∥ π_ref) from samples of π, in nats.
///
/// Source: Schulman 2020, "Approximating KL divergence".
public struct KLEstimators: Sendable, Equatable {
  /// The log-ratio itself: unbiased, may be negative.
  public let k1: Estimate?
  /// Half its square: biased, steady.
  public let k2: Estimate?
  /// exp(−ℓ) − 1 + ℓ: unbiased and not negative, but ruled by rare samples that π has nearly
  /// dropped; not to be used on whole sequences.
  public let k3: Estimate?

  /// - Parameter ratios: log π(y|x) − log π_ref(y|x), of samples of π; `[prompt][sample]`. An
  ///   estimate is nil where one of its terms is not finite, and nothing is clamped.
  public init(_ ratios: [[Double]], confidence: Double = 0.95) {
    func estimate(_ term: (Double) -> Double) -> Estimate? {
      ClusteredMean.estimate(ratios.map { $0.map(term) }, confidence: confidence)
    }
    k1 = estimate(Self.k1)
    k2 = estimate(Self.k2)
    k3 = estimate(Self.k3)
  }

  public static func k1(_ ratio: Double) -> Double { ratio }

  public static func k2(_ ratio: Double) -> Double { ratio * ratio / 2 }

  public static func k3(_ ratio: Double) -> Double { expm1(-ratio) + ratio }
}
