import Torch

/// Estimates of KL(π ∥ π_ref) from the log-ratios ρ = log π − log π_ref of samples from π, in nats.
///
/// As values, k1 and k3 are unbiased, k2 nearly so close to the reference. As losses on fixed
/// samples they differ more: k1 has no gradient in expectation, k2 has that of KL(π ∥ π_ref), k3
/// that of the forward KL(π_ref ∥ π).
///
/// Source: Schulman 2020, "Approximating KL divergence".
/// Differs: clamps nothing; an infinite ratio gives an infinite estimate.
public enum KLEstimator: String, CaseIterable, Sendable {
  /// ρ; can be negative.
  case k1
  /// ρ² / 2.
  case k2
  /// e^(−ρ) − 1 + ρ; never negative.
  case k3

  /// One estimate for each ratio, of the same shape, with gradient.
  public func estimate(_ ratios: Tensor) throws(TorchError) -> Tensor {
    switch self {
    case .k1: return ratios
    case .k2: return try ratios.squared() * 0.5
    case .k3: return try (-ratios).exp() - 1 + ratios
    }
  }
}
