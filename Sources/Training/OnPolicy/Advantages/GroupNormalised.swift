/// Rewards of a prompt's samples against their mean, in units of their deviation.
public enum GroupNormalised {
  /// What is added to the deviation, so that a group of equal rewards gives 0.
  ///
  /// Source: 1e-4 as in TRL's `GRPOTrainer`.
  public static let epsilon = 1e-4

  /// A_i = (R_i − mean) / (s + 1e-4), with s the deviation of k − 1 degrees of freedom; without the
  /// division when `scales` is false.
  ///
  /// - Parameter rewards: of at least two samples of one prompt.
  ///
  /// Source: Shao et al. 2024, "DeepSeekMath", section 4.1.2; without division: Liu et al. 2025,
  /// "Understanding R1-Zero-like training", section 3.2.
  public static func advantages(_ rewards: [Double], scales: Bool) -> [Double] {
    precondition(rewards.count > 1, "a group needs two samples")
    let mean = rewards.reduce(0, +) / Double(rewards.count)
    let centred = rewards.map { $0 - mean }
    guard scales else { return centred }
    let variance = centred.reduce(0) { $0 + $1 * $1 } / Double(rewards.count - 1)
    return centred.map { $0 / (variance.squareRoot() + epsilon) }
  }
}
