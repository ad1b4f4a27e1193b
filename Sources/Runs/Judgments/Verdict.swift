/// What a judge decided.
public struct Verdict: Sendable, Equatable, Codable {
  /// As the template names it: `A`, `A>>B`, `7`, `tie`.
  public var label: String
  /// How much the first of two candidates is preferred: 1 wholly, ½ a tie, 0 not at all; between
  /// them a probability or a mean of several answers. Nil for a rating.
  public var preference: Double?
  /// The rating of a single candidate, on its template's scale.
  public var score: Double?
  /// The probability that the judge gave to all allowed labels together; nil where the verdict was
  /// written and not read from probabilities.
  public var mass: Double?

  public init(
    label: String, preference: Double? = nil, score: Double? = nil, mass: Double? = nil
  ) {
    self.label = label
    self.preference = preference
    self.score = score
    self.mass = mass
  }
}
