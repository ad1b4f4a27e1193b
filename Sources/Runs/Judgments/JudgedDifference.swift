/// Two systems that were judged against one opponent on the same prompts: the paired difference of their
/// win rates.
public struct JudgedDifference: Sendable, Equatable, Codable {
  public var first: String
  public var second: String
  /// What both were compared with.
  public var opponent: String
  /// First minus second, with the prompts that all systems of this opponent have verdicts for.
  public var difference: JudgedShare
  /// Two-sided, and after Holm's correction over all pairs of the judging.
  public var pValue: Double
  public var correctedPValue: Double
  public var test: String
  /// Prompts that would show a difference as large as the one that was found, with a power of 80 %; nil
  /// where it is shown already or cannot be foretold.
  public var promptsNeeded: Int?

  private enum CodingKeys: String, CodingKey {
    case first, second, opponent, difference, test, promptsNeeded
    case pValue = "p"
    case correctedPValue = "pHolm"
  }

  public init(
    first: String, second: String, opponent: String, difference: JudgedShare, pValue: Double,
    correctedPValue: Double, test: String, promptsNeeded: Int?
  ) {
    self.first = first
    self.second = second
    self.opponent = opponent
    self.difference = difference
    self.pValue = pValue
    self.correctedPValue = correctedPValue
    self.test = test
    self.promptsNeeded = promptsNeeded
  }

  /// `first`, `second`, or `not resolved; about 400 prompts would` where the interval holds 0.
  public var verdict: String {
    if let low = difference.low, low > 0 { return "\(first) is preferred" }
    if let high = difference.high, high < 0 { return "\(second) is preferred" }
    return unresolved ?? ""
  }

  /// What is said where the interval holds 0, or there is none; nil elsewhere.
  public var unresolved: String? {
    guard (difference.low ?? -1) <= 0, (difference.high ?? 1) >= 0 else { return nil }
    return "not resolved" + (promptsNeeded.map { "; \($0) prompts would show as much" } ?? "")
  }
}
