/// A closed interval of numbers, such as a 95 % confidence interval.
public struct Interval: Sendable, Equatable {
  public var low: Double
  public var high: Double

  public init(_ low: Double, _ high: Double) {
    self.low = low
    self.high = high
  }

  public func contains(_ value: Double) -> Bool { low <= value && value <= high }

  /// The smallest interval that holds both.
  func hull(_ other: Interval) -> Interval { Interval(min(low, other.low), max(high, other.high)) }

  func clipped(to range: ClosedRange<Double>) -> Interval {
    func clip(_ value: Double) -> Double {
      min(range.upperBound, max(range.lowerBound, value))
    }
    return Interval(clip(low), clip(high))
  }
}
