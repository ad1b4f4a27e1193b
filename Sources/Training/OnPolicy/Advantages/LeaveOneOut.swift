/// Rewards against the mean of the others.
public enum LeaveOneOut {
  /// A_i = R_i − mean of R_j over j ≠ i, which is k / (k − 1) times R_i − mean of all.
  ///
  /// The baseline of a sample does not contain it, so the gradient keeps its expectation; the mean
  /// that includes it would shrink the gradient by (k − 1) / k.
  ///
  /// - Parameter rewards: of at least two independent samples.
  ///
  /// Source: Kool, van Hoof and Welling 2019, "Buy 4 REINFORCE samples, get a baseline for free!".
  public static func advantages(_ rewards: [Double]) -> [Double] {
    precondition(rewards.count > 1, "a baseline of others needs others")
    let others = Double(rewards.count - 1)
    let sum = rewards.reduce(0, +)
    return rewards.map { $0 - (sum - $0) / others }
  }
}
