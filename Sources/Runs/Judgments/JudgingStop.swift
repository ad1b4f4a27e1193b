/// That a judging stops as soon as its win rate is decided.
public struct JudgingStop: Sendable, Equatable, Codable {
  /// Around one half: an interval within it decides too; nil where only a side decides.
  public var margin: Double?

  public init(margin: Double? = nil) { self.margin = margin }
}
