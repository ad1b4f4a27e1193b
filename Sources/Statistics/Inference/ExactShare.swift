import Foundation

/// The exact interval for a share of independent trials: no share outside it gives a count as far
/// off as the one seen with more than half the allowed error on that side.
///
/// Source: Clopper and Pearson 1934.
public enum ExactShare {
  /// - Returns: nil unless 0 ≤ successes ≤ trials, trials > 0 and 0 < confidence < 1.
  public static func interval(
    successes: Int, of trials: Int, confidence: Double = 0.95
  ) -> Interval? {
    guard trials > 0, successes >= 0, successes <= trials, confidence > 0, confidence < 1 else {
      return nil
    }
    let tail = (1 - confidence) / 2
    func quantile(_ probability: Double, _ a: Int, _ b: Int) -> Double {
      IncompleteBeta.quantile(probability, Double(a), Double(b))
    }
    return Interval(
      successes == 0 ? 0 : quantile(tail, successes, trials - successes + 1),
      successes == trials ? 1 : quantile(1 - tail, successes + 1, trials - successes))
  }
}

extension IncompleteBeta {
  /// The x with I_x(a, b) = `probability`, by bisection.
  static func quantile(_ probability: Double, _ a: Double, _ b: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { return middle }
      if regularized(middle, complement: 1 - middle, a, b) < probability {
        low = middle
      } else {
        high = middle
      }
    }
  }
}
