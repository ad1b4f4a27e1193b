import Runs
import Statistics

/// A number as it is printed, in terminal and report alike: value and interval with the digits that
/// the interval supports.
public struct PrintedEstimate: Equatable {
  /// Without unit; shares are in percent.
  public let value: String
  /// `[low, high]`, or nil where there is none.
  public let interval: String?
  /// ` %` for shares, otherwise empty.
  let suffix: String

  public init(_ measurement: Measurement) {
    self.init(
      measurement.value, low: measurement.low, high: measurement.high,
      isShare: measurement.unit == "share")
  }

  public init(_ estimate: Statistics.Estimate, isShare: Bool = false) {
    self.init(
      estimate.value, low: estimate.interval?.low, high: estimate.interval?.high,
      isShare: isShare)
  }

  private init(_ value: Double?, low: Double?, high: Double?, isShare: Bool) {
    let scale = isShare ? 100.0 : 1.0
    suffix = isShare ? "\u{A0}%" : ""
    let low = low.map { $0 * scale }
    let high = high.map { $0 * scale }
    var decimals: Int?
    if let low, let high {
      // Percentages keep one decimal, so that a column of them reads evenly.
      decimals = Numeral.decimals(halfWidth: (high - low) / 2).map { isShare ? max(1, $0) : $0 }
    }
    func print(_ number: Double) -> String {
      decimals.map { Numeral.fixed(number, decimals: $0) } ?? Numeral.significant(number)
    }
    self.value = value.map { $0.isFinite ? print($0 * scale) : "not finite" } ?? "—"
    if let low, let high, low.isFinite, high.isFinite {
      interval = "[\(print(low)), \(print(high))]"
    } else {
      interval = nil
    }
  }

  /// `72.3 % [66.1, 78.0]`.
  public var phrase: String { value + suffix + (interval.map { " " + $0 } ?? "") }
}
