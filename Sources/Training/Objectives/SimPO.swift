import Recipe
import Torch

/// Simple preference optimisation: the mean log-probability of a token is the reward, and the chosen
/// candidate's is to be higher by a margin.
///
/// u = β (m_chosen − m_rejected − ρ) with m the mean log-probability of a token; the loss is
/// −log σ(u), without a reference.
///
/// Source: Meng et al. 2024, "SimPO: Simple preference optimization with a reference-free reward",
/// equation 6; the options are those of the authors' code.
/// Differs: the paper's γ is β ρ. The likelihood of `sft_weight`, which the paper does not have, is the mean
/// over each chosen completion's tokens; the authors' code takes that over a batch's.
public struct SimPO: Objective {
  public static let name = "simpo"
  public static let title = "SimPO"

  /// Scale β. 2 is the authors' default; their recipes have 2 to 10.
  public let beta: Double
  /// ρ = γ/β, in nats per token. 0.25 is the authors' default; their recipes have 0.1 to 0.8.
  public let gammaRatio: Double
  /// Probability ε that a label is wrong. 0 as the authors.
  public let labelSmoothing: Double
  /// Weight of the chosen candidate's negative log-likelihood per token. 0 as the authors.
  public let sftWeight: Double

  public init(
    beta: Double = 2, gammaRatio: Double = 0.25, labelSmoothing: Double = 0, sftWeight: Double = 0
  ) {
    self.beta = beta
    self.gammaRatio = gammaRatio
    self.labelSmoothing = labelSmoothing
    self.sftWeight = sftWeight
  }

  public init(from section: Section) {
    beta = section.double("beta", default: 2, above: 0, about: "Scale of the margin per token.")
    gammaRatio = section.double(
      "gamma_ratio", default: 0.25, atLeast: 0,
      about: "Margin that is asked for, as a share of beta.")
    labelSmoothing = section.double(
      "label_smoothing", default: 0, atLeast: 0, below: 0.5,
      about: "Share of labels taken for flipped.")
    sftWeight = section.double(
      "sft_weight", default: 0, atLeast: 0, about: "Weight of the chosen completion's likelihood.")
  }

  public var needs: ObjectiveNeeds { .pairs }

  public var options: [(name: String, value: String)] {
    [
      ("beta", "\(beta)"), ("gamma_ratio", "\(gammaRatio)"),
      ("label_smoothing", "\(labelSmoothing)"), ("sft_weight", "\(sftWeight)"),
    ]
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let mean = try candidates.logProbabilities(.mean)
    return try candidates.overLabels { chosen, rejected throws(TorchError) in
      let better = try mean.column(chosen)
      let u = try beta * (better - mean.column(rejected) - gammaRatio)
      // A wrong label turns u as a whole: the margin is not asked of the other candidate.
      let losses = try (labelSmoothing - 1) * u.logSigmoid() - labelSmoothing * (-u).logSigmoid()
      return try losses - sftWeight * better
    }
  }
}

extension SimPO {
  public static let card = MethodCard(
    summary:
      "The mean log-probability of a token is the reward; the chosen one's is to be higher "
      + "by a margin.",
    formula:
      "-log s(beta (m_c - m_r - rho))",
    paper:
      "Meng et al. 2024, SimPO, eq. 6",
    watch:
      "logps/chosen minus logps/rejected rises; without a reference nothing holds the "
      + "policy, so watch the KL in the report.")
}
