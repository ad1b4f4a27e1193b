/// A share with its interval and what it rests on, as records hold it.
public struct JudgedShare: Sendable, Equatable, Codable {
  public var value: Double
  public var low: Double?
  public var high: Double?
  /// Of comparisons or answers.
  public var count: Int
  /// That they are about; nil in records of older versions.
  public var prompts: Int?
  /// How the interval was made, in words; nil in records of older versions.
  public var basis: String?

  public init(
    value: Double, low: Double?, high: Double?, count: Int, prompts: Int? = nil,
    basis: String? = nil
  ) {
    self.prompts = prompts
    self.basis = basis
    self.value = value
    self.low = low
    self.high = high
    self.count = count
  }
}
