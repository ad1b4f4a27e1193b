import Torch

/// The loss of a reward fitted to tell demonstrations from samples of a policy.
public enum RewardContrast {
  public enum Form: String, CaseIterable, Sendable {
    /// −log σ(r_demonstration − r_sample): bounded slope; its fixed point in rounds is a policy
    /// that lies between the reference and the demonstrations.
    case logSigmoid = "log-sigmoid"
    /// −(r_demonstration − r_sample): the gradient of the likelihood of demonstrations under the
    /// policy that is best for the reward; unbounded without regularisation.
    case linear
  }

  /// One loss for each pair, plus λ (r_demonstration² + r_sample²) / 2; `[pair]`.
  ///
  /// - Parameters:
  ///   - demonstrations: rewards, `[pair]`, with gradient.
  ///   - samples: rewards of completions of the policy, `[pair]`, with gradient.
  ///   - regularisation: λ ≥ 0.
  /// - Throws: ``TorchError/shape(operation:expected:found:)`` when the shapes differ.
  ///
  /// Source: Li et al. 2024, "Getting more juice out of the SFT data: reward learning from human
  /// demonstration improves SFT for LLMs"; the log-sigmoid form is that of its successors' code.
  /// Differs: the regularisation, which the linear form needs and the paper's text leaves open.
  public static func loss(
    demonstrations: Tensor, samples: Tensor, form: Form, regularisation: Double = 0
  ) throws(TorchError) -> Tensor {
    guard demonstrations.rank == 1, samples.sizes == demonstrations.sizes else {
      throw .shape(
        operation: "reward contrast",
        expected: "[pair] as the demonstrations' rewards \(demonstrations.sizes)",
        found: samples.sizes)
    }
    let delta = try demonstrations - samples
    let losses = try form == .linear ? -delta : -delta.logSigmoid()
    guard regularisation > 0 else { return losses }
    return try losses + (regularisation / 2) * (demonstrations.squared() + samples.squared())
  }
}
