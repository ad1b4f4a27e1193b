import Foundation

/// An interval for a mean that holds at every moment at once: the means that ``BettingTest`` has not
/// rejected so far.
///
/// Costs one pass over the grid per value. Wider than a fixed-size interval; that is the price of
/// looking at any time.
public struct ConfidenceSequence: Sendable, Equatable {
  public let confidence: Double
  public private(set) var count = 0
  private let means: [Double]
  private var logUpper: [Double]
  private var logLower: [Double]
  private var isRejected: [Bool]
  private var stake: BettingStake

  /// - Parameter points: of the grid of means; the interval is exact to one over this.
  /// - Returns: nil unless `confidence` lies inside (0, 1) and there are two points.
  public init?(confidence: Double = 0.95, points: Int = 1000) {
    guard confidence > 0, confidence < 1, points > 1 else { return nil }
    self.confidence = confidence
    means = (0..<points).map { (Double($0) + 0.5) / Double(points) }
    logUpper = [Double](repeating: 0, count: points)
    logLower = logUpper
    isRejected = [Bool](repeating: false, count: points)
    stake = BettingStake(significance: 1 - confidence)
  }

  /// Takes one value; nothing happens, and false is returned, for one outside 0 … 1.
  @discardableResult
  public mutating func add(_ value: Double) -> Bool {
    guard value >= 0, value <= 1 else { return false }
    let threshold = log(2 / (1 - confidence))
    for index in means.indices where !isRejected[index] {
      let bet = stake.bet(against: means[index])
      logUpper[index] += log1p(bet * (value - means[index]))
      logLower[index] += log1p(-bet * (value - means[index]))
      isRejected[index] = max(logUpper[index], logLower[index]) >= threshold
    }
    stake.add(value)
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
