import Foundation

/// Moments and quantiles of numbers. Nil where there are too few, or one is not finite.
public enum Sample {
  public static func mean(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    return mean.isFinite ? mean : nil
  }

  /// With n − 1 in the denominator; nil for fewer than two values.
  public static func variance(_ values: [Double]) -> Double? {
    guard values.count > 1, let mean = mean(values) else { return nil }
    let variance =
      values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    return variance.isFinite ? variance : nil
  }

  public static func standardDeviation(_ values: [Double]) -> Double? {
    variance(values).map { $0.squareRoot() }
  }

  /// The value below which a `fraction` (0 … 1) of the values lies, interpolated between order
  /// statistics at (n − 1) · fraction, as NumPy and R (type 7) do.
  public static func quantile(_ fraction: Double, of values: [Double]) -> Double? {
    guard values.allSatisfy(\.isFinite) else { return nil }
    return quantile(fraction, ofSorted: values.sorted())
  }

  public static func median(_ values: [Double]) -> Double? { quantile(0.5, of: values) }

  static func quantile(_ fraction: Double, ofSorted values: [Double]) -> Double? {
    guard fraction >= 0, fraction <= 1, let last = values.last else { return nil }
    let position = fraction * Double(values.count - 1)
    let index = Int(position)
    guard index + 1 < values.count else { return last }
    return values[index] + (position - Double(index)) * (values[index + 1] - values[index])
  }

  /// The mean with an interval that takes the values to be independent.
  public static func estimate(
    _ values: [Double], confidence: Double = 0.95, distribution: SamplingDistribution = .studentT
  ) -> Estimate? {
    guard let mean = mean(values) else { return nil }
    let error = standardDeviation(values).map { $0 / Double(values.count).squareRoot() }
    return Estimate(
      value: mean, standardError: error, distribution: distribution, confidence: confidence,
      count: values.count, clusters: values.count)
  }
}
