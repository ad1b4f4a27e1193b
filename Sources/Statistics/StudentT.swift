import Foundation

/// Student's t distribution.
public enum StudentT {
  /// P(T ≤ t); nil where `degrees` of freedom is not above 0 or `t` is not a number.
  public static func cumulative(_ t: Double, degrees: Double) -> Double? {
    guard degrees > 0, !t.isNaN else { return nil }
    if t.isInfinite { return t > 0 ? 1 : 0 }
    let tail = 0.5 * upperTwoTails(t, degrees)
    return t > 0 ? 1 - tail : tail
  }

  /// P(|T| ≥ |t|), the two-sided p-value; nil as for ``cumulative(_:degrees:)``.
  public static func twoSided(_ t: Double, degrees: Double) -> Double? {
    guard degrees > 0, !t.isNaN else { return nil }
    return t.isInfinite ? 0 : upperTwoTails(t, degrees)
  }

  /// The t with P(T ≤ t) = `probability`; nil outside (0, 1) or without degrees of freedom.
  ///
  /// Bisection after doubling, because the tails for one or two degrees are too heavy for Newton's
  /// method from a normal start; about 60 evaluations.
  public static func quantile(_ probability: Double, degrees: Double) -> Double? {
    guard probability > 0, probability < 1, degrees > 0, degrees.isFinite else { return nil }
    if probability == 0.5 { return 0 }
    let tails = 2 * min(probability, 1 - probability)
    var high = 1.0
    while upperTwoTails(high, degrees) > tails {
      high *= 2
      guard high.isFinite else { return nil }
    }
    var low = high == 1 ? 0 : high / 2
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { break }
      if upperTwoTails(middle, degrees) > tails { low = middle } else { high = middle }
    }
    return probability > 0.5 ? high : -high
  }

  private static func upperTwoTails(_ t: Double, _ degrees: Double) -> Double {
    // x and 1 − x are each computed from t, so that neither loses digits near 0.
    let square = t * t
    guard square.isFinite else { return 0 }
    return IncompleteBeta.regularized(
      degrees / (degrees + square), complement: square / (degrees + square), degrees / 2, 0.5)
  }
}
