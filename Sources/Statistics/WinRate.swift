/// The share of comparisons that one side wins, over all combinations of its samples with the
/// other's, prompt by prompt.
///
/// The k·m pairs of one prompt share samples, so prompts and not pairs are the independent units:
/// ``Inference/winRate(_:against:)`` is the mean over prompts of each prompt's share, a tie counting one
/// half.
public enum WinRate {
  /// Each prompt's share, in order; nil where the lists differ in length, a prompt has no sample on
  /// one side, or a score is not a number.
  ///
  /// - Parameters:
  ///   - first: scores of the side that wins when higher; `[prompt][sample]`.
  ///   - second: scores of the other side; `[prompt][sample]`, of any number of samples.
  public static func shares(_ first: [[Double]], against second: [[Double]]) -> [Double]? {
    guard first.count == second.count else { return nil }
    var shares: [Double] = []
    for (ours, theirs) in zip(first, second) {
      guard !ours.isEmpty, !theirs.isEmpty, !ours.contains(where: \.isNaN),
        !theirs.contains(where: \.isNaN)
      else { return nil }
      var wins = 0.0
      for score in ours {
        for other in theirs { wins += score > other ? 1 : score == other ? 0.5 : 0 }
      }
      shares.append(wins / Double(ours.count * theirs.count))
    }
    return shares
  }
}
