/// A share with its interval and what it rests on, as records hold it.
public struct JudgedShare: Sendable, Equatable, Codable {
  public var value: Double
  public var low: Double?
  public var high: Double?
  /// Of comparisons or answers.
  public var count: Int

  public init(value: Double, low: Double?, high: Double?, count: Int) {
    self.value = value
    self.low = low
    self.high = high
    self.count = count
  }
}
