import Foundation

/// Round numbers along an axis.
struct Ticks: Equatable {
  let values: [Double]
  let labels: [String]

  /// About `count` multiples of 1, 2 or 5 times a power of ten inside `low ... high`.
  static func linear(_ low: Double, _ high: Double, count: Int = 5) -> Ticks {
    guard low.isFinite, high.isFinite, high > low, count > 0 else {
      return Ticks(values: [low], labels: [Numeral.significant(low)])
    }
    let raw = (high - low) / Double(count)
    let power = pow(10, log10(raw).rounded(.down))
    let multiple = [1.0, 2, 5, 10].first { $0 * power >= raw * 0.999 } ?? 10
    let step = multiple * power
    let first = Int((low / step - 1e-9).rounded(.up))
    let last = Int((high / step + 1e-9).rounded(.down))
    let values = first <= last ? (first...last).map { Double($0) * step } : []
    let decimals = min(12, max(0, -Int((log10(step) + 1e-9).rounded(.down))))
    let largest = max(abs(low), abs(high))
    let labels = values.map {
      largest >= 1e6 || step < 1e-5
        ? Numeral.significant($0) : Numeral.fixed($0, decimals: decimals)
    }
    return Ticks(values: values, labels: labels)
  }

  /// Powers of ten inside `low ... high`, with 2 and 5 times them where few would remain.
  static func logarithmic(_ low: Double, _ high: Double) -> Ticks {
    guard low > 0, high > low, high.isFinite else { return linear(low, high) }
    let first = Int(log10(low).rounded(.down))
    let last = Int(log10(high).rounded(.up))
    let multiples: [Double] = log10(high / low) > 3.2 ? [1] : [1, 2, 5]
    var values: [Double] = []
    for exponent in first...last {
      for multiple in multiples {
        let value = multiple * pow(10, Double(exponent))
        if value >= low * 0.999_999, value <= high * 1.000_001 { values.append(value) }
      }
    }
    return Ticks(values: values, labels: values.map { Numeral.significant($0, digits: 1) })
  }
}
