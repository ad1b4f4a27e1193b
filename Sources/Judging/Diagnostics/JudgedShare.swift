import Statistics

/// A share with its interval and what it rests on, as records hold it.
public struct JudgedShare: Sendable, Equatable, Codable {
  public var value: Double
  public var low: Double?
  public var high: Double?
  /// Of comparisons or answers.
  public var count: Int

  public init(_ estimate: Estimate) {
    value = estimate.value
    low = estimate.interval?.low
    high = estimate.interval?.high
    count = estimate.count
  }

  /// Wilson's 95 % interval; nil without trials. A tie may count one half.
  static func of(_ successes: Double, _ trials: Int) -> JudgedShare? {
    Wilson.estimate(successes: successes, of: trials).map(JudgedShare.init)
  }
}
