import Foundation

/// Exact tests on counts that are heads or tails with even odds under the null hypothesis.
public enum BinomialTest {
  /// The two-sided p-value of `first` against `second` events under even odds; 1 without events,
  /// nil for a negative count. On the discordant pairs of two systems this is McNemar's exact test.
  public static func pValue(_ first: Int, _ second: Int) -> Double? {
    guard first >= 0, second >= 0 else { return nil }
    return min(1, 2 * lowerTail(min(first, second), of: first + second))
  }

  /// McNemar's χ² with continuity correction, (|b − c| − 1)²/(b + c), and its p-value; nil without
  /// discordant pairs or for a negative count.
  public static func corrected(_ first: Int, _ second: Int) -> (chiSquare: Double, p: Double)? {
    guard first >= 0, second >= 0, first + second > 0 else { return nil }
    let distance = Double(max(0, abs(first - second) - 1))
    let chiSquare = distance * distance / Double(first + second)
    return (chiSquare, erfc((chiSquare / 2).squareRoot()))
  }

  /// The sign test: zero differences are dropped, the rest are counted by sign; 1 where none is
  /// left. Values that are not numbers count as zero.
  public static func sign(_ differences: [Double]) -> Double {
    pValue(differences.count { $0 > 0 }, differences.count { $0 < 0 }) ?? 1
  }

  private static func probability(_ successes: Int, of trials: Int) -> Double {
    exp(logChoose(trials, successes) - Double(trials) * log(2.0))
  }

  private static func lowerTail(_ successes: Int, of trials: Int) -> Double {
    (0...successes).reduce(0) { $0 + probability($1, of: trials) }
  }
}
