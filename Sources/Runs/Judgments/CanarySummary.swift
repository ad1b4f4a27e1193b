/// How often one kind of canary was preferred to the baseline's output.
public struct CanarySummary: Sendable, Equatable, Codable {
  public var kind: CanaryKind
  /// A tie counts one half; nil where no comparison has a verdict.
  public var winRate: JudgedShare?
  /// Comparisons that it won, which decide about the alarm, and those with a verdict; nil in records
  /// of older versions.
  public var wins: Int?
  public var judged: Int?
  /// Comparisons without a verdict.
  public var missing: Int
  /// More wins than a text without content could have.
  public var isAlarming: Bool

  private enum CodingKeys: String, CodingKey {
    case kind, wins, judged, missing, winRate
    case isAlarming = "alarming"
  }

  public init(
    kind: CanaryKind, winRate: JudgedShare?, wins: Int, judged: Int, missing: Int, isAlarming: Bool
  ) {
    self.kind = kind
    self.winRate = winRate
    self.wins = wins
    self.judged = judged
    self.missing = missing
    self.isAlarming = isAlarming
  }

  /// How often it was preferred, as the alarm counts; a record of an older version has the win rate
  /// alone.
  public var preferred: String? {
    guard let wins, let judged else { return nil }
    return "\(wins) of \(judged)"
  }
}
