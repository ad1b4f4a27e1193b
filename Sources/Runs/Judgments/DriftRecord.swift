/// Old answers of a judge that were asked again beside new ones: `drift.json`.
public struct DriftRecord: Sendable, Equatable, Codable {
  /// Answers that were on record or shared before, among those of this judging.
  public var known: Int
  /// Of these, asked again.
  public var asked: Int
  /// Of these, with the same verdict.
  public var agreed: Int
  public var agreement: JudgedShare?
  /// The share that has to agree of a judge that has not changed; nil where none is known, as at a
  /// temperature above 0.
  public var expected: Double?
  /// Fewer agreed than an unchanged judge allows.
  public var isAlarming: Bool

  private enum CodingKeys: String, CodingKey {
    case known, asked, agreed, agreement, expected
    case isAlarming = "alarming"
  }

  public init(
    known: Int, asked: Int, agreed: Int, agreement: JudgedShare?, expected: Double?,
    isAlarming: Bool
  ) {
    self.known = known
    self.asked = asked
    self.agreed = agreed
    self.agreement = agreement
    self.expected = expected
    self.isAlarming = isAlarming
  }

  /// `19 of 20 old answers are the same when asked again`.
  public var words: String {
    "\(agreed) of \(asked) old answers are the same when asked again"
      + (isAlarming ? ": the judge has changed since" : "")
  }
}
