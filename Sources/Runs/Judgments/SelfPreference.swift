/// That a judge is of the same family of models as what it judges, which it may favour.
public struct SelfPreference: Sendable, Equatable, Codable {
  /// The judge, or the member of a jury.
  public var judge: String
  /// The system of its family: the first or the second of the match-up.
  public var system: String
  public var family: String
  /// A judge of another family on the same prompts; nil where there is none.
  public var other: String?
  /// By how much `judge` prefers `system` more than `other` does; nil without another.
  public var excess: JudgedShare?

  public init(
    judge: String, system: String, family: String, other: String? = nil, excess: JudgedShare? = nil
  ) {
    self.judge = judge
    self.system = system
    self.family = family
    self.other = other
    self.excess = excess
  }
}
