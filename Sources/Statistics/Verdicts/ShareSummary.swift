/// How often one side is preferred, over prompts: what `judge`, `--import` and `leaderboard` print.
///
/// Shares are 1 for a win, ½ for a tie, 0 for a loss, or between; each prompt counts once, with the
/// mean of its judgments.
public struct ShareSummary: Sendable, Equatable {
  /// Judgments above, at and below ½, and those without a verdict.
  public let wins: Int
  public let ties: Int
  public let losses: Int
  public let missing: Int
  /// Nil where no judgment has a verdict.
  public let rate: Estimate?
  /// The rate if all that are missing were lost, and if they were won; nil without judgments.
  public let bounds: Interval?

  /// - Parameters:
  ///   - rows: `[prompt][judgment]`, nil for those without a verdict.
  ///   - areLookedAt: the prompts came in this order, which is random, and after each it was asked
  ///     whether more are needed; then the interval is one that holds whenever that was.
  public init(
    _ rows: [[Double?]], areLookedAt: Bool = false, inference: Inference = Inference()
  ) {
    let known = rows.map { $0.compactMap(\.self) }
    wins = known.joined().count { $0 > 0.5 }
    losses = known.joined().count { $0 < 0.5 }
    ties = known.joined().count { $0 == 0.5 }
    missing = rows.reduce(0) { $0 + $1.count } - wins - ties - losses
    rate = areLookedAt ? inference.share(lookedAt: known) : inference.share(known)
    func mean(missing value: Double) -> Double? {
      Sample.mean(
        rows.filter { !$0.isEmpty }.map { row in
          row.reduce(0) { $0 + ($1 ?? value) } / Double(row.count)
        })
    }
    if let low = mean(missing: 0), let high = mean(missing: 1) {
      bounds = Interval(low, high)
    } else {
      bounds = nil
    }
  }
}
