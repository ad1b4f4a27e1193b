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
  /// Mean over answers, a tie counting one half. Wilson's interval where every prompt has one answer
  /// that is a win, a tie or a loss, and where all answers are alike; else from resampling prompts.
  public let winRate: Estimate?
  /// The win rate if all gaps were losses, and if they were wins.
  public let bounds: Interval?

  /// - Parameter shares: of the first system, with the prompt of each; nil ones are gaps.
  init(
    _ shares: [(prompt: ByteText, share: Double?, gap: String?)], bootstrap: ClusterBootstrap
  ) {
    let known = shares.compactMap { one in one.share.map { (prompt: one.prompt, share: $0) } }
    let verdicts = known.map { Preference.verdict($0.share) }
    wins = verdicts.count { $0 == .win }
    ties = verdicts.count { $0 == .tie }
    losses = verdicts.count { $0 == .loss }
    var gaps: [String: Int] = [:]
    for one in shares where one.share == nil { gaps[one.gap ?? "no answer", default: 0] += 1 }
    self.gaps = gaps
    let clusters = Dictionary(grouping: known, by: \.prompt)
      .sorted { $0.key < $1.key }.map { $0.value.map(\.share) }
    prompts = clusters.count
    let sum = known.reduce(0) { $0 + $1.share }
    let isPlain =
      clusters.count == known.count && known.allSatisfy { [0, 0.5, 1].contains($0.share) }
    var estimate = bootstrap.mean(clusters)
    let isFlat = estimate?.interval.map { $0.low == $0.high } ?? true
    if isPlain || isFlat, !known.isEmpty {
      estimate?.interval = Wilson.interval(
        successes: sum / Double(known.count) * Double(clusters.count), of: clusters.count)
    }
    winRate = estimate
    let all = Double(shares.count)
    let missing = Double(shares.count - known.count)
    bounds = missing > 0 ? Interval(sum / all, (sum + missing) / all) : nil
  }

  init(_ preferences: [Preference], bootstrap: ClusterBootstrap) {
    self.init(preferences.map { ($0.prompt, $0.share, $0.gap) }, bootstrap: bootstrap)
  }
}
