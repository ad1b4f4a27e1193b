import Torch

/// The loss of supervised fine-tuning and pre-training: the mean of −log π over scored tokens.
public enum LanguageModelling {
  /// The part of a step's loss that these tokens carry, in nats per token.
  ///
  /// The mean is over the **whole** step: a step's loss is the plain sum of what its parts return,
  /// each divided by the step's tokens, so that a step cut into other parts has the same gradient.
  /// A mean of the parts' means would overweight short texts.
  ///
  /// - Parameters:
  ///   - logProbabilities: log π(token), any shape, with gradient.
  ///   - scored: which of them count, of the same shape; all when missing. By selection: what is
  ///     not scored may be anything, even not a number.
  ///   - stepTokens: scored tokens of the whole step, over all parts and devices.
  /// - Throws: ``TorchError`` when a step has no tokens or the shapes differ.
  ///
  /// Source: maximum likelihood; the token mean over the step as in TRL's `SFTTrainer`.
  public static func loss(
    _ logProbabilities: Tensor, scored: Tensor? = nil, stepTokens: Int
  ) throws(TorchError) -> Tensor {
    guard stepTokens > 0 else {
      throw .failed(
        operation: "language modelling loss", reason: "a step of \(stepTokens) scored tokens")
    }
    guard let scored else { return try -(logProbabilities.sum() / Double(stepTokens)) }
    guard scored.sizes == logProbabilities.sizes else {
      throw .shape(
        operation: "language modelling loss", expected: "a mask of \(logProbabilities.sizes)",
        found: scored.sizes)
    }
    let kept = try logProbabilities.filled(where: scored.not(), with: 0)
    return try -(kept.sum() / Double(stepTokens))
  }
}
