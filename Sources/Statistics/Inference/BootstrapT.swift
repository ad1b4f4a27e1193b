import Foundation

/// Quantiles of Student's statistic as resamples show them: for means of skewed values, where those
/// of the symmetric distribution miss on one side.
///
/// Source: Efron and Tibshirani 1993, chapter 12.5.
enum BootstrapT {
  /// Skewness from which the symmetric interval misses, and the number of values beyond which it no
  /// longer does.
  ///
  /// Source: Cochran 1977, "Sampling techniques", 2.15: n above 25·G².
  static func isNeeded(_ values: [Double]) -> Bool {
    guard let mean = Sample.mean(values), let deviation = Sample.standardDeviation(values),
      deviation > 0, values.count > 2
    else { return false }
    let count = Double(values.count)
    let cubes = values.reduce(0) { $0 + pow(($1 - mean) / deviation, 3) } / count
    return abs(cubes) > 1 && count < 25 * cubes * cubes
  }

  /// Nil where the values do not vary, or so many resamples do not that a tail is out of sight.
  static func interval(
    _ values: [Double], confidence: Double, resamples: Int, seed: UInt64
  ) -> Interval? {
    // Resampling does not depend on the order of the rows.
    let values = values.sorted()
    guard let mean = Sample.mean(values), let variance = Sample.variance(values), variance > 0
    else { return nil }
    let count = Double(values.count)
    var generator = SeededGenerator(seed: seed)
    var ratios: [Double] = []
    ratios.reserveCapacity(resamples)
    for _ in 0..<resamples {
      var (sum, squares) = (0.0, 0.0)
      for _ in values.indices {
        let value = values[generator.index(below: values.count)] - mean
        sum += value
        squares += value * value
      }
      let centre = sum / count
      let spread = max(0, squares - count * centre * centre) / (count - 1)
      ratios.append(
        spread > 1e-12 * variance
          ? centre / (spread / count).squareRoot() : centre < 0 ? -.infinity : .infinity)
    }
    ratios.sort()
    let tail = (1 - confidence) / 2
    let place = max(0, Int((tail * Double(ratios.count)).rounded(.down)) - 1)
    guard ratios.count > 2 * place else { return nil }
    let (low, high) = (ratios[place], ratios[ratios.count - 1 - place])
    guard low.isFinite, high.isFinite else { return nil }
    let error = (variance / count).squareRoot()
    return Interval(mean - high * error, mean - low * error)
  }
}
