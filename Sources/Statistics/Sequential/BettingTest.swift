import Foundation

/// A test of one mean that may be looked at after every value, and stopped at any time.
///
/// Two gamblers bet against "the mean is m": K± = Π(1 ± λ_s(y_s − m)); under m neither can be
/// expected to grow, so ½·max(K⁺, K⁻) ≥ 1/α happens with probability at most α, ever. Values come
/// in random order from 0 … 1.
///
/// Source: Waudby-Smith and Ramdas 2023, "Estimating means of bounded random variables by betting".
public struct BettingTest: Sendable, Equatable {
  public let mean: Double
  public let significance: Double
  public private(set) var count = 0
  /// log K⁺ and log K⁻; they stay finite since no bet can lose more than three quarters.
  public private(set) var logUpper = 0.0
  public private(set) var logLower = 0.0
  private var stake: BettingStake

  /// - Returns: nil unless `mean` and `significance` lie inside (0, 1).
  public init?(mean: Double = 0.5, significance: Double = 0.05) {
    guard mean > 0, mean < 1, significance > 0, significance < 1 else { return nil }
    self.mean = mean
    self.significance = significance
    stake = BettingStake(significance: significance)
  }

  /// Plays one value; nothing happens, and false is returned, for one outside 0 … 1.
  @discardableResult
  public mutating func add(_ value: Double) -> Bool {
    guard value >= 0, value <= 1 else { return false }
    let bet = stake.bet(against: mean)
    logUpper += log1p(bet * (value - mean))
    logLower += log1p(-bet * (value - mean))
    stake.add(value)
    count += 1
    return true
  }

  /// log(½·max(K⁺, K⁻)): the evidence against `mean`, in nats.
  public var logEvidence: Double { max(logUpper, logLower) - log(2.0) }

  /// Whether the mean is rejected; once true it may be acted upon, whatever comes later.
  public var isDecided: Bool { logEvidence >= -log(significance) }

  /// Whether the mean seems to lie above; nil while undecided.
  public var isAbove: Bool? { isDecided ? logUpper > logLower : nil }
}
