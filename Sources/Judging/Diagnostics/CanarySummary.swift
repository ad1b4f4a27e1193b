import Statistics

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

  init(_ kind: CanaryKind, _ judgments: [Judgment]) {
    let shares = judgments.compactMap(\.preference)
    self.kind = kind
    winRate = JudgedShare.of(shares.reduce(0, +), shares.count)
    missing = judgments.count - shares.count
    // Wins alone: a judge that calls an empty output as good as a bad one is no fool yet.
    let wins = Double(shares.count { $0 > 0.5 })
    isAlarming = kind.limit.map { wins > $0 * Double(shares.count) } ?? false
  }
}
