import Foundation

/// An interval for a mean that holds at every moment at once, however often it is looked at.
///
/// Against each mean m of a grid gamblers bet, each the same part f of what cannot be lost:
/// K⁺ = Π(1 + f·(y_s − m)/m) and K⁻ = Π(1 − f·(y_s − m)/(1 − m)). Under m none can be expected to
/// grow, nor can the mean of all, so it reaches 1/α with probability at most α, ever; then m is
/// rejected. Values come in random order from 0 … 1.
///
/// Costs one pass over the means not yet rejected per value. Wider than a fixed-size interval; that
/// is the price of looking at any time. At a share of 0.6 it leaves out one half after about 210
/// values, in the median.
///
/// Source: Waudby-Smith and Ramdas 2023, "Estimating means of bounded random variables by betting".
public struct ConfidenceSequence: Sendable, Equatable {
  /// f, from small ones for means near m to large ones for means far away.
  static let parts: [Double] = (0..<16).map { 0.03 * pow(0.8 / 0.03, Double($0) / 15) }

  public let confidence: Double
  public private(set) var count = 0
  private let means: [Double]
  /// `[mean][gambler]`, those who bet on larger means first; none exceeds 2 · 16/α unrejected.
  private var wealth: [[Double]]
  private var isRejected: [Bool]

  /// - Parameter points: of the grid of means; the interval is exact to one over this.
  /// - Returns: nil unless `confidence` lies inside (0, 1) and there are two points.
  public init?(confidence: Double = 0.95, points: Int = 1000) {
    guard confidence > 0, confidence < 1, points > 1 else { return nil }
    self.confidence = confidence
    means = (0..<points).map { (Double($0) + 0.5) / Double(points) }
    let start = [Double](repeating: 1, count: 2 * Self.parts.count)
    wealth = [[Double]](repeating: start, count: points)
    isRejected = [Bool](repeating: false, count: points)
  }

  /// Takes one value; nothing happens, and false is returned, for one outside 0 … 1.
  @discardableResult
  public mutating func add(_ value: Double) -> Bool {
    guard value >= 0, value <= 1 else { return false }
    let gamblers = 2 * Self.parts.count
    for (index, mean) in means.enumerated() where !isRejected[index] {
      let above = (value - mean) / mean
      let below = (mean - value) / (1 - mean)
      var sum = 0.0
      for (place, part) in Self.parts.enumerated() {
        wealth[index][place] *= 1 + part * above
        wealth[index][place + Self.parts.count] *= 1 + part * below
        sum += wealth[index][place] + wealth[index][place + Self.parts.count]
      }
      isRejected[index] = sum / Double(gamblers) * (1 - confidence) >= 1
    }
    count += 1
    return true
  }

  /// The smallest interval with all means not yet rejected; it never grows. Nil where everything
  /// was, which has probability at most 1 − confidence.
  public var interval: Interval? {
    guard let first = isRejected.firstIndex(of: false),
      let last = isRejected.lastIndex(of: false)
    else { return nil }
    let half = 0.5 / Double(means.count)
    return Interval(means[first] - half, means[last] + half)
  }
}
