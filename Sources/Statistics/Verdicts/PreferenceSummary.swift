/// A model against a baseline: the share of preference, its error, and the counts.
///
/// Win rate = mean(y), standard error = sd(y, n − 1)/√n, for y in 0 … 1 (½ is a tie) of independent
/// prompts. Shares, not percent.
///
/// Source: AlpacaEval's leaderboards print these columns, in percent.
public struct PreferenceSummary: Sendable, Equatable {
  public let winRate: Double
  /// Nil for one prompt.
  public let standardError: Double?
  public let wins: Int
  public let losses: Int
  public let draws: Int
  /// (wins + draws/2)/n: each preference rounded to a verdict first.
  public let discreteWinRate: Double

  public var count: Int { wins + losses + draws }

  /// Nil without preferences, or where one lies outside 0 … 1.
  public init?(_ preferences: [Double]) {
    guard let mean = Sample.mean(preferences), preferences.allSatisfy({ $0 >= 0 && $0 <= 1 })
    else { return nil }
    winRate = mean
    standardError = Sample.standardDeviation(preferences)
      .map { $0 / Double(preferences.count).squareRoot() }
    wins = preferences.count { $0 > 0.5 }
    losses = preferences.count { $0 < 0.5 }
    draws = preferences.count - wins - losses
    discreteWinRate = (Double(wins) + Double(draws) / 2) / Double(preferences.count)
  }
}
