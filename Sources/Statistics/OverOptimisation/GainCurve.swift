import Foundation

/// What a reward gains along the way from the reference: gain = d·(α − β·d) with d = √KL.
///
/// Source: Gao et al. 2023, "Scaling laws for reward model overoptimization", equation 1 (its form for
/// best-of-n; the one for reinforcement learning, d·(α − β·log d), rises without end from KL 0 and turns
/// likewise, but does not follow linearly from the points).
public struct GainCurve: Sendable, Equatable {
  public let alpha: Double
  public let beta: Double

  /// Least squares through the origin: by what each point's gain enters α and β.
  ///
  /// - Parameter kls: in nats, not below 0.
  /// - Returns: nil for fewer than two different KLs above 0, or one that is not finite.
  static func weights(_ kls: [Double]) -> (alpha: [Double], beta: [Double])? {
    guard kls.allSatisfy(\.isFinite) else { return nil }
    let distances = kls.map { max(0, $0).squareRoot() }
    // Σd², Σd³, Σd⁴ of the normal equations of gain = α·d − β·d².
    var (second, third, fourth) = (0.0, 0.0, 0.0)
    for d in distances {
      second += d * d
      third += d * d * d
      fourth += d * d * d * d
    }
    let determinant = second * fourth - third * third
    guard determinant > 1e-12 * second * fourth else { return nil }
    return (
      distances.map { ($0 * fourth - $0 * $0 * third) / determinant },
      distances.map { ($0 * third - $0 * $0 * second) / determinant }
    )
  }

  /// - Parameter points: KL in nats, and the gain over the reference.
  /// - Returns: nil as ``weights(_:)``, or for a gain that is not finite.
  public init?(_ points: [(kl: Double, gain: Double)]) {
    guard let weights = Self.weights(points.map(\.kl)), points.allSatisfy(\.gain.isFinite) else {
      return nil
    }
    self.init(
      alpha: zip(weights.alpha, points).reduce(0) { $0 + $1.0 * $1.1.gain },
      beta: zip(weights.beta, points).reduce(0) { $0 + $1.0 * $1.1.gain })
  }

  public init(alpha: Double, beta: Double) { (self.alpha, self.beta) = (alpha, beta) }

  /// The KL at which the gain is largest, in nats: (α/2β)²; infinite where it rises for ever, 0 where it
  /// falls from the start.
  public var turn: Double {
    guard alpha > 0 else { return beta < 0 ? .infinity : 0 }
    return beta > 0 ? (alpha / (2 * beta)) * (alpha / (2 * beta)) : .infinity
  }

  public func gain(at kl: Double) -> Double {
    let distance = max(0, kl).squareRoot()
    return distance * (alpha - beta * distance)
  }
}
