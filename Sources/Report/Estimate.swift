import Runs

/// A measurement as it is printed: value and interval with the digits the interval supports.
struct Estimate: Equatable {
  /// Without unit; shares are in percent.
  let value: String
  /// `[low, high]`, or nil where the measurement has none.
  let interval: String?
  /// ` %` for shares, otherwise empty.
  let suffix: String

  init(_ measurement: Measurement) {
    let scale = measurement.unit == "share" ? 100.0 : 1.0
    suffix = measurement.unit == "share" ? "\u{A0}%" : ""
    let low = measurement.low.map { $0 * scale }
    let high = measurement.high.map { $0 * scale }
    var decimals: Int?
    if let low, let high {
      // Percentages keep one decimal, so that a column of them reads evenly.
      decimals = Numeral.decimals(halfWidth: (high - low) / 2).map {
        measurement.unit == "share" ? max(1, $0) : $0
      }
    }
    func print(_ number: Double) -> String {
      decimals.map { Numeral.fixed(number, decimals: $0) } ?? Numeral.significant(number)
    }
    value = measurement.value.map { $0.isFinite ? print($0 * scale) : "not finite" } ?? "—"
    if let low, let high, low.isFinite, high.isFinite {
      interval = "[\(print(low)), \(print(high))]"
    } else {
      interval = nil
    }
  }

  /// `72.3 % [66.1, 78.0]`.
  var phrase: String { value + suffix + (interval.map { " " + $0 } ?? "") }
}
