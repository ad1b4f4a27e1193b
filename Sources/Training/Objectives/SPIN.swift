import Recipe
import Torch

/// Self-play fine-tuning: the demonstration is to be told from the policy's own completion.
///
/// −log σ(λ (d_chosen − d_rejected)), where the demonstration is chosen, a completion of the previous
/// round's policy π_t is rejected, and d is taken against π_t. Its exact minimum is
/// π_t (p_data / π_t)^{1/λ}, normalised: with λ = 1 the demonstrations are met in one round, above it
/// the policy closes in on them, and below ½ it overshoots and swings, which short training hides.
///
/// Source: Chen et al. 2024, "Self-play fine-tuning converts weak language models to strong language
/// models", equation 4.7 with the logistic loss.
/// Differs: nothing.
public struct SPIN: Objective {
  public static let name = "spin"
  public static let title = "SPIN"

  /// Scale λ of the log-ratios. 0.1 as the authors' scripts, which take 5 in their last round.
  public let lambda: Double

  public init(lambda: Double = 0.1) {
    self.lambda = lambda
  }

  public init(from section: Section) {
    lambda = section.double(
      "lambda", default: 0.1, above: 0,
      about: "Strength: 1 meets the demonstrations in one round, larger closes in.")
  }

  public var needs: ObjectiveNeeds { [.pairs, .previous] }
  public var rewardScale: Double { lambda }
  public var options: [(name: String, value: String)] { [("lambda", "\(lambda)")] }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let d = try candidates.logRatios(to: .previous)
    return try candidates.overLabels { chosen, rejected throws(TorchError) in
      try -(lambda * (d.column(chosen) - d.column(rejected))).logSigmoid()
    }
  }
}

extension SPIN {
  public static let card = MethodCard(
    summary:
      "The demonstration is to be told from the policy's own completion, against the "
      + "previous round's policy.",
    formula:
      "-log s(lambda (d_demonstration - d_own))",
    paper:
      "Chen et al. 2024, Self-play fine-tuning, eq. 4.7",
    watch:
      "rewards/accuracies near 1 within a round; the gain falls from round to round.")
}
