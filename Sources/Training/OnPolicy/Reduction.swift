import Torch

/// How losses of tokens become the loss of a step. The choices weigh long and short completions
/// differently and are not interchangeable.
public enum Reduction: String, CaseIterable, Sendable {
  /// The mean over a sample's tokens, then over samples: a token of a long sample counts less.
  case sequenceMean = "sequence-mean"
  /// The mean over all tokens of the step: long samples count more.
  case tokenMean = "token-mean"
  /// The sum over a sample's tokens divided by the longest length allowed, then the mean over
  /// samples: a token counts the same wherever it stands.
  case constant

  /// One loss for each sample, `[sample]`, to be added up and divided by the sum of the samples'
  /// ``weight(ofTokens:)``.
  ///
  /// - Parameter perToken: `[sample, time]`, 0 behind the end of a sample.
  public func losses(_ perToken: Tensor, of rollout: Rollout) throws(TorchError) -> Tensor {
    let sums = try perToken.filled(where: rollout.valid.not(), with: 0).sum(1)
    switch self {
    case .sequenceMean: return try sums / rollout.lengths.clamped(1, .infinity)
    case .tokenMean: return sums
    case .constant: return try sums / Double(rollout.limit)
    }
  }

  /// What a sample adds to the number that the step's losses are divided by.
  public func weight(ofTokens count: Int) -> Double {
    self == .tokenMean ? Double(count) : 1
  }
}
