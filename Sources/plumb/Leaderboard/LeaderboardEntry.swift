import Published
import Runs
import Statistics

/// One model against its baseline, by one judge.
struct LeaderboardEntry {
  /// The model first.
  let matchUp: MatchUp
  /// The judge's own numbers; without a win rate where canaries fooled it.
  let member: MatchUpSummary.Member
  /// Shares of the model, by prompt.
  let shares: [ByteText: [Double]]
  /// Judgments without a verdict.
  let missing: Int
  /// At equal length, where answers are in the file.
  var lengthControlled: Estimate?
  /// Why there is no rate at equal length, though answers are in the file.
  var lengthObjection: String?
  /// At equal length and markup.
  var styleControlled: Estimate?
  /// Arena-Hard's own score: every battle counts, an emphatic verdict three times.
  var arenaHard: Estimate?

  var winRate: Estimate? { member.tally?.winRate }

  /// - Parameters:
  ///   - preferences: one rater's, of the match-up.
  ///   - canaries: what that rater said of texts without content.
  init(
    _ matchUp: MatchUp, _ rater: Preference.Rater, _ preferences: [Preference],
    canaries: [Preference]
  ) {
    self.matchUp = matchUp
    member = MatchUpSummary.Member(rater, preferences, canaries: canaries)
    shares = Dictionary(grouping: preferences, by: \.prompt)
      .mapValues { $0.compactMap(\.share) }.filter { !$0.value.isEmpty }
    missing = preferences.count { $0.share == nil }
  }
}
