import Foundation

/// The regularised incomplete beta function I_x(a, b), the distribution function behind Student's
/// t and the binomial.
enum IncompleteBeta {
  /// - Parameters:
  ///   - x: in 0 … 1.
  ///   - complement: 1 − x, given by the caller without cancellation.
  static func regularized(_ x: Double, complement: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if complement <= 0 { return 1 }
    let front = exp(
      logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log(complement))
    // The fraction converges fast only on this side of the mean.
    return x < (a + 1) / (a + b + 2)
      ? front * fraction(x, a, b) / a : 1 - front * fraction(complement, b, a) / b
  }

  /// The continued fraction 8.17.22 of the NIST handbook, by Lentz's method.
  private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func nonzero(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var upper = 1.0
    var lower = 1 / nonzero(1 - (a + b) * x / (a + 1))
    var value = lower
    for step in 1...10_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      lower = 1 / nonzero(1 + even * lower)
      upper = nonzero(1 + even / upper)
      value *= lower * upper
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      lower = 1 / nonzero(1 + odd * lower)
      upper = nonzero(1 + odd / upper)
      let factor = lower * upper
      value *= factor
      if abs(factor - 1) < 1e-15 { break }
    }
    return value
  }
}

/// log Γ(x) for x > 0, without the C library's global sign.
func logGamma(_ x: Double) -> Double {
  var sign: Int32 = 0
  return lgamma_r(x, &sign)
}

/// log of the binomial coefficient (n over k), for 0 ≤ k ≤ n.
func logChoose(_ n: Int, _ k: Int) -> Double {
  logGamma(Double(n) + 1) - logGamma(Double(k) + 1) - logGamma(Double(n - k) + 1)
}
