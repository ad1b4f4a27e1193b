/// How often one kind of canary was preferred to the baseline's output.
public struct CanarySummary: Sendable, Equatable, Codable {
  public var kind: CanaryKind
  /// A tie counts one half; nil where no comparison has a verdict.
  public var winRate: JudgedShare?
  /// Comparisons without a verdict.
  public var missing: Int
  /// More wins than a text without content could have.
  public var isAlarming: Bool

  private enum CodingKeys: String, CodingKey {
    case kind, missing
    case winRate = "win_rate"
    case isAlarming = "alarming"
  }

  public init(kind: CanaryKind, winRate: JudgedShare?, missing: Int, isAlarming: Bool) {
    self.kind = kind
    self.winRate = winRate
    self.missing = missing
    self.isAlarming = isAlarming
  }
}
