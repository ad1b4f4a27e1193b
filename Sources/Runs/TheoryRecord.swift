/// One claim of a paper, examined in a world small enough to enumerate.
public struct TheoryRecord: Codable, Sendable, Equatable {
  /// One comparison of two numbers, or of two lists.
  public struct Finding: Codable, Sendable, Equatable {
    public var name: String
    /// `claimed` where it decides the verdict, `known` where it tells whether Plumb is right.
    public var role: String
    /// How `found` should stand to `exact`: `=`, `≤` or `≥`.
    public var relation: String
    public var exact: [Double?]
    /// Nil where a number is not finite.
    public var found: [Double?]
    public var tolerance: Double
    /// Why the two may differ so far.
    public var reason: String
    public var holds: Bool

    public init(
      name: String, role: String, relation: String, exact: [Double?], found: [Double?],
      tolerance: Double, reason: String, holds: Bool
    ) {
      self.name = name
      self.role = role
      self.relation = relation
      self.exact = exact
      self.found = found
      self.tolerance = tolerance
      self.reason = reason
      self.holds = holds
    }
  }

  /// Numbers along an axis.
  public struct Curve: Codable, Sendable, Equatable {
    public var name: String
    public var x: String
    public var y: String
    /// `[point][x, y]`.
    public var points: [[Double]]

    public init(name: String, x: String, y: String, points: [[Double]]) {
      self.name = name
      self.x = x
      self.y = y
      self.points = points
    }
  }

  public var paper: String
  /// Authors, year and title.
  public var source: String
  public var claim: String
  public var statement: String
  /// `paper`, or `practice` where experiments or common code rely on it and the paper does not say so.
  public var origin: String
  public var verdict: String
  /// Whether verdict and numbers are those that are known.
  public var isAsKnown: Bool
  public var findings: [Finding]
  public var curves: [Curve]

  public init(
    paper: String, source: String, claim: String, statement: String, origin: String,
    verdict: String, isAsKnown: Bool, findings: [Finding], curves: [Curve]
  ) {
    self.paper = paper
    self.source = source
    self.claim = claim
    self.statement = statement
    self.origin = origin
    self.verdict = verdict
    self.isAsKnown = isAsKnown
    self.findings = findings
    self.curves = curves
  }
}
