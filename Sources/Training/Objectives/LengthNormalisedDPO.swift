import Recipe
import Torch

/// DPO on log-ratios per token, so that long completions do not win by length.
///
/// −log σ(β (d_chosen / |chosen| − d_rejected / |rejected|)).
///
/// Source: Rafailov et al. 2023 with the log-ratios averaged over tokens; used as length-normalised
/// DPO by Lambert et al. 2024, "Tülu 3".
/// Differs: nothing from TRL's `sigmoid_norm`; a soft label enters as the expectation over the label.
public struct LengthNormalisedDPO: Objective {
  public static let name = "ln-dpo"
  public static let title = "LN-DPO"

  /// Scale β of the log-ratios per token. 5 as in Tülu 3: per token they are ten to a hundred times
  /// smaller than in sum.
  public let beta: Double

  public init(beta: Double = 5) {
    self.beta = beta
  }

  public init(from section: Section) {
    beta = section.double(
      "beta", default: 5, above: 0,
      about:
        "Strength of the pull to the reference: larger stays nearer. Of log-ratios per token, hence larger than DPO's."
    )
  }

  public var needs: ObjectiveNeeds { [.pairs, .reference] }
  public var rewardScale: Double { beta }
  public var options: [(name: String, value: String)] { [("beta", "\(beta)")] }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let d = try candidates.logRatios(to: .reference, .mean)
    return try candidates.overLabels { chosen, rejected throws(TorchError) in
      try -(beta * (d.column(chosen) - d.column(rejected))).logSigmoid()
    }
  }
}

extension LengthNormalisedDPO {
  public static let card = MethodCard(
    summary:
      "DPO on log-ratios per token, so that long completions do not win by length.",
    formula:
      "-log s(beta (d_c / |c| - d_r / |r|))",
    paper:
      "Lambert et al. 2024, Tulu 3; Rafailov et al. 2023",
    watch:
      "rewards/margins and rewards/accuracies rise; logps/chosen falling together with "
      + "logps/rejected means that both lose probability.")
}
