/// Comparisons that one side wins, over combinations of its samples with the other's, prompt by
/// prompt.
///
/// The k·m pairs of one prompt share samples, so prompts and not pairs are the independent units:
/// ``Inference/winRate(_:against:areCoupled:)`` is the mean over prompts of each prompt's share, a tie
/// counting one half.
public enum WinRate {
  /// Wins of a prompt's samples, and how many combinations there were; scores that are not finite
  /// are compared with nothing.
  ///
  /// - Parameter areCoupled: samples of one place were drawn with common random numbers: they are no
  ///   independent draws, and are left out where there are others.
  public static func wins(
    _ ours: [Double], against theirs: [Double], areCoupled: Bool = false
  ) -> (wins: Double, of: Int) {
    let isAlone = ours.count == 1 && theirs.count == 1
    var found = (wins: 0.0, of: 0)
    for (place, score) in ours.enumerated() where score.isFinite {
      for (other, opponent) in theirs.enumerated()
      where opponent.isFinite && (!areCoupled || isAlone || place != other) {
        found.wins += score > opponent ? 1 : score == opponent ? 0.5 : 0
        found.of += 1
      }
    }
    return found
  }

  /// Each prompt's share over all combinations, in order; nil where the lists differ in length, a
  /// prompt has no sample on one side, or a score is not a number.
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
