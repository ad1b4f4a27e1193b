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

  public init(_ measurement: Measurement) { self.init(measurement, decimals: nil) }

  /// - Parameter decimals: those of a whole column; nil for those that the interval supports.
  init(_ measurement: Measurement, decimals: Int?) {
    self.init(
      measurement.value, low: measurement.low, high: measurement.high,
      isShare: measurement.unit == "share", decimals: decimals)
  }

  /// Decimals for a column of measurements: the middle of what their intervals support, so that one
  /// that is far wider than the others takes no digits from them.
  static func decimals(of column: [Measurement]) -> Int? {
    let found = column.compactMap { measurement -> Int? in
      guard let low = measurement.low, let high = measurement.high else { return nil }
      let isShare = measurement.unit == "share"
      return decimals(low: low, high: high, isShare: isShare)
    }.sorted()
    return found.isEmpty ? nil : found[found.count / 2]
  }

  /// Percentages keep one decimal, so that a column of them reads evenly.
  private static func decimals(low: Double, high: Double, isShare: Bool) -> Int? {
    Numeral.decimals(halfWidth: (high - low) / 2 * (isShare ? 100 : 1)).map {
      isShare ? max(1, $0) : $0
    }
  }

  public init(_ estimate: Statistics.Estimate, isShare: Bool = false) {
    self.init(
      estimate.value, low: estimate.interval?.low, high: estimate.interval?.high,
      isShare: isShare)
  }

  private init(
    _ value: Double?, low: Double?, high: Double?, isShare: Bool, decimals column: Int? = nil
  ) {
    let scale = isShare ? 100.0 : 1.0
    suffix = isShare ? "\u{A0}%" : ""
    // What is 0 by definition is not rounded to it.
    var decimals = value == 0 && low == nil ? nil : column
    if decimals == nil, let low, let high {
      decimals = Self.decimals(low: low, high: high, isShare: isShare)
    }
    let low = low.map { $0 * scale }
    let high = high.map { $0 * scale }
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
