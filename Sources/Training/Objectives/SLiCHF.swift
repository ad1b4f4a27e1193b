import Recipe
import Torch

/// Sequence likelihood calibration from human feedback: a hinge between the log-probabilities of the
/// candidates, and the likelihood of the better one.
///
/// max(0, δ − log π(chosen) + log π(rejected)) − λ log π(chosen), without a reference. At the kink the
/// gradient is that of the likelihood alone.
///
/// Source: Zhao et al. 2023, "SLiC-HF: Sequence likelihood calibration with human feedback",
/// equation 1.
/// Differs: the likelihood is that of the chosen candidate, as when the best-ranked sample is the
/// target; the paper's other choice is a separate demonstration. Sources disagree on whether
/// log-probabilities are sums or means; the sum, which is the paper's equation, is the default. The mean
/// of the second term favours short texts, as its minimum is at p(y)/|y|.
public struct SLiCHF: Objective {
  public static let name = "slic-hf"
  public static let title = "SLiC-HF"

  /// The margin δ that suffices. 1 as reported for the paper.
  public let delta: Double
  /// Weight λ of the likelihood. 0.1 as in the KTO authors' implementation.
  public let nllWeight: Double
  /// Of the log-probabilities in both terms.
  public let normalisation: Normalisation

  public init(delta: Double = 1, nllWeight: Double = 0.1, normalisation: Normalisation = .sum) {
    self.delta = delta
    self.nllWeight = nllWeight
    self.normalisation = normalisation
  }

  public init(from section: Section) {
    delta = section.double("delta", default: 1, above: 0, about: "Margin that suffices, in nats.")
    nllWeight = section.double(
      "nll_weight", default: 0.1, atLeast: 0, about: "Weight of the chosen completion's likelihood."
    )
    normalisation = section.choice(
      "normalisation", default: .sum, about: "Log-probabilities summed over tokens, or their mean.")
  }

  public var needs: ObjectiveNeeds { .pairs }

  public var options: [(name: String, value: String)] {
    [
      ("delta", "\(delta)"), ("nll_weight", "\(nllWeight)"),
      ("normalisation", normalisation.rawValue),
    ]
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let log = try candidates.logProbabilities(normalisation)
    return try candidates.overLabels { chosen, rejected throws(TorchError) in
      let better = try log.column(chosen)
      return try (delta - better + log.column(rejected)).relu() - nllWeight * better
    }
  }
}

extension SLiCHF {
  public static let card = MethodCard(
    summary:
      "Calibrates likelihoods: a hinge between the candidates, and the chosen one's "
      + "likelihood.",
    formula:
      "max(0, delta - log pi(chosen) + log pi(rejected)) - lambda log pi(chosen)",
    paper:
      "Zhao et al. 2023, SLiC-HF, eq. 1",
    watch:
      "logps/chosen minus logps/rejected rises; without a reference nothing holds the "
      + "policy, so watch the KL in the report.")
}
