import Runs
import Statistics

/// Shares as every command and page prints them: in percent, with one decimal.
public enum Percent {
  /// `66.7`.
  public static func number(_ share: Double) -> String { Numeral.fixed(100 * share, decimals: 1) }

  /// `66.7 %`; a dash where there is none.
  public static func value(_ share: Double?) -> String {
    share.map { number($0) + " %" } ?? "–"
  }

  /// `[50.0, 83.3]`; empty where there is none.
  public static func interval(_ low: Double?, _ high: Double?) -> String {
    guard let low, let high else { return "" }
    return "[\(number(low)), \(number(high))]"
  }

  public static func interval(_ estimate: Statistics.Estimate?) -> String {
    interval(estimate?.interval?.low, estimate?.interval?.high)
  }

  public static func interval(_ share: JudgedShare?) -> String {
    interval(share?.low, share?.high)
  }

  /// `66.7 % [50.0, 83.3]`.
  public static func text(_ estimate: Statistics.Estimate?) -> String {
    together(value(estimate?.value), interval(estimate))
  }

  public static func text(_ share: JudgedShare?) -> String {
    together(value(share?.value), interval(share))
  }

  private static func together(_ value: String, _ interval: String) -> String {
    interval.isEmpty ? value : "\(value) \(interval)"
  }
}
