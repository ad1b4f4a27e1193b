import Recipe
import Torch

/// DPO whose expectation under flipped labels is DPO under the true ones.
///
/// With u = β (d_chosen − d_rejected) and ε the probability that a label is flipped, the loss is
/// (−(1 − ε) log σ(u) + ε log σ(−u)) / (1 − 2ε). Averaged over the flip it is −log σ(u) of the true
/// order. Of a single pair it has no minimum and may be negative: far out its slope is −ε/(1 − 2ε).
///
/// Source: Chowdhury et al. 2024, "Provably robust DPO: aligning language models with noisy feedback".
/// Differs: nothing; a soft label enters as the expectation over the label.
public struct RobustDPO: Objective {
  public static let name = "robust-dpo"
  public static let title = "Robust DPO"

  /// KL strength β. 0.1 as in DPO.
  public let beta: Double
  /// Probability ε that a label is flipped. 0.1 as TRL's documentation quotes for the paper.
  public let labelSmoothing: Double

  public init(beta: Double = 0.1, labelSmoothing: Double = 0.1) {
    self.beta = beta
    self.labelSmoothing = labelSmoothing
  }

  public init(from section: Section) {
    beta = section.double(
      "beta", default: 0.1, above: 0,
      about: "Strength of the pull to the reference: larger stays nearer.")
    labelSmoothing = section.double(
      "label_smoothing", default: 0.1, atLeast: 0, below: 0.5,
      about: "Probability that a label is flipped.")
  }

  public var needs: ObjectiveNeeds { [.pairs, .reference] }
  public var rewardScale: Double { beta }

  public var options: [(name: String, value: String)] {
    [("beta", "\(beta)"), ("label_smoothing", "\(labelSmoothing)")]
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let d = try candidates.logRatios()
    return try candidates.overLabels { chosen, rejected throws(TorchError) in
      let u = try beta * (d.column(chosen) - d.column(rejected))
      let losses = try (labelSmoothing - 1) * u.logSigmoid() + labelSmoothing * (-u).logSigmoid()
      return try losses / (1 - 2 * labelSmoothing)
    }
  }
}

extension RobustDPO {
  public static let card = MethodCard(
    summary:
      "DPO corrected for labels that are flipped with a known probability.",
    formula:
      "(-(1 - e) log s(u) + e log s(-u)) / (1 - 2e), u = beta (d_chosen - d_rejected)",
    paper:
      "Chowdhury et al. 2024, Provably robust DPO",
    watch:
      "rewards/margins and rewards/accuracies rise; logps/chosen falling together with "
      + "logps/rejected means that both lose probability. The loss may be negative.")
}
