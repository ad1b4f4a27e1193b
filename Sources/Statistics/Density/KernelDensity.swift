import Foundation

/// How wide the kernels of a density estimate are.
public enum KernelDensity {
  /// Silverman's rule, 0.9 · min(sd, IQR/1.34) · M^(−1/5); sd alone where the quartiles agree. Nil
  /// for fewer than two values, equal values, or one that is not finite.
  public static func silverman(_ values: [Double]) -> Double? {
    guard let deviation = Sample.standardDeviation(values), deviation > 0,
      let lower = Sample.quantile(0.25, of: values), let upper = Sample.quantile(0.75, of: values)
    else { return nil }
    let spread = (upper - lower) / 1.34
    let scale = spread > 0 ? min(deviation, spread) : deviation
    return 0.9 * scale * pow(Double(values.count), -0.2)
  }
}
