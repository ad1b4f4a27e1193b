import Foundation

/// Places values along an axis, linearly or by their logarithm.
struct Scale: Equatable {
  let low: Double
  let high: Double
  let isLogarithmic: Bool
  /// Drawing coordinates of `low` and `high`.
  var start = 0.0
  var end = 1.0

  /// An axis that holds all `values` with a little room beside them; equal values get room too.
  ///
  /// - Parameters:
  ///   - zero: begin at 0 where all values are at least 0 and 0 is near enough to belong.
  ///   - logarithmic: wish for a logarithmic axis; granted only where all values are positive.
  init(holding values: [Double], zero: Bool = false, logarithmic: Bool = false) {
    let finite = values.filter(\.isFinite)
    let least = finite.min() ?? 0
    let most = finite.max() ?? 1
    isLogarithmic = logarithmic && least > 0 && most > least
    if isLogarithmic {
      let room = pow(most / least, 0.04)
      low = least / room
      high = most * room
    } else if most > least {
      let room = (most - least) * 0.05
      let startsAtZero = zero && least >= 0 && least < most * 0.6
      low = startsAtZero ? 0 : least - room
      high = most + room
    } else {
      let room = least == 0 ? 1 : abs(least) * 0.1
      low = zero && least > 0 ? 0 : least - room
      high = most + room
    }
  }

  /// An axis from `low` to `high` exactly.
  init(from low: Double, to high: Double, logarithmic: Bool = false) {
    self.low = low
    self.high = high > low ? high : low + 1
    isLogarithmic = logarithmic && low > 0
  }

  /// True where a logarithmic axis tells positive values apart that a linear one would pile up.
  static func prefersLogarithm(_ values: [Double]) -> Bool {
    guard let least = values.min(), let most = values.max(), least > 0 else { return false }
    return most / least > 50
  }

  func callAsFunction(_ value: Double) -> Double {
    let share =
      isLogarithmic
      ? log(max(value, .leastNormalMagnitude) / low) / log(high / low)
      : (value - low) / (high - low)
    return start + min(2, max(-1, share)) * (end - start)
  }

  /// Ticks whose labels do not run into each other; of a logarithmic axis powers of ten go first.
  ///
  /// - Parameter letter: the width of one.
  func labels(letter: Double) -> [(place: Double, label: String)] {
    var kept: [(place: Double, label: String)] = []
    let found = zip(ticks.values, ticks.labels).map { value, label in
      let power = log10(abs(value))
      return (
        place: self(value), label: label,
        isFirst: !isLogarithmic || abs(power - power.rounded()) < 1e-6
      )
    }
    for tick in found.filter(\.isFirst) + found.filter({ !$0.isFirst }) {
      let isFree = kept.allSatisfy {
        abs($0.place - tick.place) >= letter * (Double($0.label.count + tick.label.count) / 2 + 1)
      }
      if isFree { kept.append((tick.place, tick.label)) }
    }
    return kept.sorted { $0.place < $1.place }
  }

  func contains(_ value: Double) -> Bool { value >= low && value <= high }

  var ticks: Ticks { isLogarithmic ? .logarithmic(low, high) : .linear(low, high) }
}
