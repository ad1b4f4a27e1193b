import Foundation

/// How many prompts a comparison needs, and what a given number can show.
public enum SampleSize {
  /// Prompts needed to find a mean `difference` from zero with a two-sided test; nil unless the
  /// deviation is not negative, the difference is not zero, and both probabilities lie in (0, 1).
  public static func mean(
    difference: Double, standardDeviation: Double, significance: Double = 0.05,
    power: Double = 0.8
  ) -> Int? {
    guard let (level, reach) = quantiles(significance, power), standardDeviation >= 0 else {
      return nil
    }
    return ceiling((level + reach) * standardDeviation / difference)
  }

  /// Prompts needed to tell a share of wins from one half; each hypothesis with its own variance.
  /// Nil as ``mean(difference:standardDeviation:significance:power:)``, or for a share outside
  /// 0 … 1 or of one half.
  public static func share(
    _ share: Double, significance: Double = 0.05, power: Double = 0.8
  ) -> Int? {
    guard let (level, reach) = quantiles(significance, power), share >= 0, share <= 1 else {
      return nil
    }
    return ceiling((level * 0.5 + reach * (share * (1 - share)).squareRoot()) / (share - 0.5))
  }

  /// The smallest difference that is found with the given power at a standard error; nil as above.
  public static func detectableDifference(
    standardError: Double, significance: Double = 0.05, power: Double = 0.8
  ) -> Double? {
    quantiles(significance, power).map { ($0 + $1) * standardError }
  }

  private static func quantiles(_ significance: Double, _ power: Double) -> (Double, Double)? {
    guard let level = Normal.quantile(1 - significance / 2), let reach = Normal.quantile(power)
    else { return nil }
    return (level, reach)
  }

  private static func ceiling(_ root: Double) -> Int? { Int(exactly: (root * root).rounded(.up)) }
}
