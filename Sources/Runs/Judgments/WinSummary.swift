/// How often the first file's outputs are preferred, and between which bounds the missing ones could
/// move that.
public struct WinSummary: Sendable, Equatable, Codable {
  /// Mean preference over prompts, a tie counting one half; nil where no comparison has a verdict.
  public var winRate: JudgedShare?
  public var wins: Int
  public var losses: Int
  public var ties: Int
  /// Comparisons that have no verdict, by their state.
  public var missing: [String: Int]
  /// The win rate if the first file had lost all that are missing, and if it had won them.
  public var worstCase: Double?
  public var bestCase: Double?

  public init(
    winRate: JudgedShare?, wins: Int, losses: Int, ties: Int,
    missing: [String: Int], worstCase: Double?, bestCase: Double?
  ) {
    self.winRate = winRate
    self.wins = wins
    self.losses = losses
    self.ties = ties
    self.missing = missing
    self.worstCase = worstCase
    self.bestCase = bestCase
  }
}
