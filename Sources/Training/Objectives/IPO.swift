import Recipe
import Torch

/// Identity preference optimisation: the margin between the candidates is to be 1/(2τ).
///
/// (d_chosen − d_rejected − 1/(2τ))². On pairs of a fixed distribution μ its minimum is
/// π_ref exp(P(y ≻ μ)/τ), normalised; it stays finite under certain labels, where DPO's does not. On
/// fresh pairs of the policy itself, judged anew (online IPO), its fixed point is the Nash policy of
/// the game with KL strength τ.
///
/// Source: Azar et al. 2023, "A general theoretical paradigm to understand learning from human
/// preferences", equation 17.
/// Differs: nothing with `normalisation: sum`; `mean` takes each d per token, as TRL does, which
/// gives τ another meaning. A soft label enters as the expectation over the label.
public struct IPO: Objective {
  public static let name = "ipo"
  public static let title = "IPO"

  /// KL strength τ. 0.1 is the default of common implementations, which call it β.
  public let tau: Double
  /// The paper's sum by default.
  public let normalisation: Normalisation

  public init(tau: Double = 0.1, normalisation: Normalisation = .sum) {
    self.tau = tau
    self.normalisation = normalisation
  }

  public init(from section: Section) {
    tau = section.double(
      "tau", default: 0.1, above: 0, about: "Pull to the reference: margins aim at 1/(2 tau).")
    normalisation = section.choice(
      "normalisation", default: .sum,
      about: "Log-ratios summed over tokens as in the paper, or their mean as in TRL.")
  }

  public var needs: ObjectiveNeeds { [.pairs, .reference] }
  public var rewardScale: Double { tau }

  public var options: [(name: String, value: String)] {
    [("tau", "\(tau)"), ("normalisation", normalisation.rawValue)]
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let d = try candidates.logRatios(to: .reference, normalisation)
    return try candidates.overLabels { chosen, rejected throws(TorchError) in
      try candidates.distance(of: d.column(chosen) - d.column(rejected), from: 1 / (2 * tau))
        .squared()
    }
  }
}

extension IPO {
  public static let card = MethodCard(
    summary:
      "Asks for a fixed margin between the candidates, so that certain labels keep the "
      + "policy near the reference.",
    formula:
      "(d_chosen - d_rejected - 1 / (2 tau))^2",
    paper:
      "Azar et al. 2023, A general theoretical paradigm, eq. 17",
    watch:
      "rewards/margins approach a value and stay; accuracies rise.")
}
