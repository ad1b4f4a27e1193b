import Foundation

/// The standard normal distribution.
public enum Normal {
  /// P(Z ≤ z), accurate in both tails.
  public static func cumulative(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

  /// The z with P(Z ≤ z) = `probability`; nil outside the open interval (0, 1).
  ///
  /// Newton's method on log Φ, which is concave: started left of the root it climbs to it without
  /// overshooting. Accurate to about 1e-15 relative.
  public static func quantile(_ probability: Double) -> Double? {
    guard probability > 0, probability < 1 else { return nil }
    if probability > 0.5 { return quantile(1 - probability).map { -$0 } }
    if probability == 0.5 { return 0 }
    let target = log(probability)
    // Φ(z) < exp(−z²/2)/2 for z < 0, so this start lies on the left of the root.
    var z = -max(0, -2 * (target + log(2.0))).squareRoot() - 1e-3
    for _ in 0..<64 {
      let cumulative = cumulative(z)
      guard cumulative > 0 else {
        z *= 0.999
        continue
      }
      let slope = exp(-z * z / 2) / (2 * Double.pi).squareRoot() / cumulative
      let step = (target - log(cumulative)) / slope
      z += step
      if abs(step) < 1e-15 * abs(z) { break }
    }
    return z
  }
}
