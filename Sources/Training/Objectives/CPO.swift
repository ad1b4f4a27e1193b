import Recipe
import Torch

/// Contrastive preference optimisation: DPO without a reference, and the likelihood of the chosen
/// candidate.
///
/// −log σ(β (log π(chosen) − log π(rejected))) − α log π(chosen).
///
/// Source: Xu et al. 2024, "Contrastive preference optimization: pushing the boundaries of LLM
/// performance in machine translation", equation 5.
/// Differs: nothing with `nll: sum`, the paper's log π(chosen). The authors' code and TRL average the second
/// term over the tokens of a batch; `nll: mean` averages over those of each completion, and favours short
/// ones.
public struct CPO: Objective {
  public static let name = "cpo"
  public static let title = "CPO"

  /// Scale β of the log-probabilities. 0.1 as TRL.
  public let beta: Double
  /// Weight α of the likelihood. 1 as in the paper.
  public let nllWeight: Double
  /// How the likelihood is normalised; the paper's sum by default.
  public let nll: Normalisation

  public init(beta: Double = 0.1, nllWeight: Double = 1, nll: Normalisation = .sum) {
    self.beta = beta
    self.nllWeight = nllWeight
    self.nll = nll
  }

  public init(from section: Section) {
    beta = section.double(
      "beta", default: 0.1, above: 0, about: "Scale of the difference of log-probabilities.")
    nllWeight = section.double(
      "nll_weight", default: 1, atLeast: 0, about: "Weight of the chosen completion's likelihood.")
    nll = section.choice(
      "nll", default: .sum,
      about: "That likelihood's sum over tokens, or mean, which favours short texts.")
  }

  public var needs: ObjectiveNeeds { .pairs }

  public var options: [(name: String, value: String)] {
    [("beta", "\(beta)"), ("nll_weight", "\(nllWeight)"), ("nll", nll.rawValue)]
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let log = try candidates.logProbabilities(.sum)
    let likelihood = try candidates.logProbabilities(nll)
    return try candidates.overLabels { chosen, rejected throws(TorchError) in
      try -(beta * (log.column(chosen) - log.column(rejected))).logSigmoid()
        - nllWeight * likelihood.column(chosen)
    }
  }
}

extension CPO {
  public static let card = MethodCard(
    summary:
      "DPO without a reference, and the chosen candidate's likelihood.",
    formula:
      "-log s(beta (log pi(c) - log pi(r))) - alpha log pi(c)",
    paper:
      "Xu et al. 2024, Contrastive preference optimization, eq. 5",
    watch:
      "logps/chosen minus logps/rejected rises; without a reference nothing holds the "
      + "policy, so watch the KL in the report.")
}
