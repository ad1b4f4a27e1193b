import Foundation

/// The noncentral t distribution: what a t statistic follows where there is a difference.
public enum NoncentralT {
  /// P(T ≤ t) for `degrees` of freedom and a mean shifted by `shift` standard errors; nil without
  /// degrees of freedom.
  ///
  /// ∫ Φ(t·s − δ) over the distribution of s = √(χ²_ν/ν), by Simpson's rule; right to about 1e-9.
  public static func cumulative(_ t: Double, degrees: Double, shift: Double) -> Double? {
    guard degrees > 0, degrees.isFinite, t.isFinite, shift.isFinite else { return nil }
    let half = degrees / 2
    let constant = log(2.0) + half * log(half) - logGamma(half)
    func integrand(_ s: Double) -> Double {
      guard s > 0 else { return degrees == 1 ? exp(constant) * Normal.cumulative(-shift) : 0 }
      return exp(constant + (degrees - 1) * log(s) - half * s * s)
        * Normal.cumulative(t * s - shift)
    }
    let reach = 9 / (2 * degrees).squareRoot()
    let (low, high) = (max(0, 1 - reach), 1 + reach)
    let steps = 2000
    let width = (high - low) / Double(steps)
    var sum = integrand(low) + integrand(high)
    for step in 1..<steps {
      sum += (step % 2 == 1 ? 4 : 2) * integrand(low + Double(step) * width)
    }
    return min(1, max(0, sum * width / 3))
  }
}
