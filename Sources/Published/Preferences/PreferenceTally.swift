import Runs
import Statistics

/// How often the first of two systems is preferred, by one rater or by several.
public struct PreferenceTally: Sendable, Equatable {
  public let wins: Int
  public let ties: Int
  public let losses: Int
  /// Judgments without an answer, by what became of them.
  public let gaps: [String: Int]
  /// Prompts with an answer.
  public let prompts: Int
  /// Mean over prompts, a tie counting one half.
  public let winRate: Estimate?
  /// The win rate if all gaps were losses, and if they were wins.
  public let bounds: Interval?

  /// - Parameters:
  ///   - shares: of the first system, with the prompt of each; nil ones are gaps.
  ///   - looks: the places of prompts in the order of asking, where judging was to stop once it is
  ///     decided; else empty.
  init(
    _ shares: [(prompt: ByteText, share: Double?, gap: String?)], looks: [ByteText: Int] = [:]
  ) {
    let rows = Dictionary(grouping: shares, by: \.prompt)
      .sorted { (looks[$0.key] ?? .max, $0.key) < (looks[$1.key] ?? .max, $1.key) }
      .map { $0.value.map(\.share) }
    let summary = ShareSummary(rows, areLookedAt: !looks.isEmpty)
    wins = summary.wins
    ties = summary.ties
    losses = summary.losses
    winRate = summary.rate
    prompts = summary.rate?.clusters ?? 0
    bounds = summary.missing > 0 ? summary.bounds : nil
    var gaps: [String: Int] = [:]
    for one in shares where one.share == nil { gaps[one.gap ?? "no answer", default: 0] += 1 }
    self.gaps = gaps
  }

  init(_ preferences: [Preference]) {
    let looks = preferences.compactMap { one in one.look.map { (one.prompt, $0) } }
    self.init(
      preferences.map { ($0.prompt, $0.share, $0.gap) },
      looks: Dictionary(looks, uniquingKeysWith: { one, _ in one }))
  }
}
