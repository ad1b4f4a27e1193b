import Foundation

/// Wilson's score interval for a proportion of independent trials.
///
/// Source: Wilson 1927. Keeps its coverage near 0 and 1, where value ± 2 standard errors does not.
public enum Wilson {
  /// - Parameter successes: may be fractional (a tie counts one half); the interval is then
  ///   conservative.
  /// - Returns: nil unless 0 ≤ successes ≤ trials, trials > 0 and 0 < confidence < 1.
  public static func interval(
    successes: Double, of trials: Int, confidence: Double = 0.95
  ) -> Interval? {
    guard trials > 0, successes >= 0, successes <= Double(trials), confidence > 0, confidence < 1,
      let z = Normal.quantile((1 + confidence) / 2)
    else { return nil }
    let n = Double(trials)
    let share = successes / n
    let shrink = 1 + z * z / n
    let centre = (share + z * z / (2 * n)) / shrink
    let half = z / shrink * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    // At the ends the formula is exactly 0 or 1 but for rounding.
    return Interval(
      successes == 0 ? 0 : max(0, centre - half),
      successes == Double(trials) ? 1 : min(1, centre + half))
  }

  /// As ``interval(successes:of:confidence:)``, with the share itself.
  public static func estimate(
    successes: Double, of trials: Int, confidence: Double = 0.95
  ) -> Estimate? {
    interval(successes: successes, of: trials, confidence: confidence).map {
      Estimate(
        value: successes / Double(trials), interval: $0, count: trials, clusters: trials)
    }
  }
}
