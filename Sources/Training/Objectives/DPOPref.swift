import Recipe
import Torch

/// Direct preference optimisation from labelled pairs, with optional label smoothing or soft labels.
///
/// u = β (d_chosen − d_rejected); the loss is the cross-entropy between the label q and the
/// probability σ(u) that the implicit rewards give it: −q log σ(u) − (1 − q) log σ(−u). The label
/// is 1 − ε (cDPO), or the candidates' ``Candidates/preference`` smoothed by ε.
///
/// Without smoothing a pair's margin has no optimum: the loss falls towards 0 as u grows. With it
/// the optimum is u = log((1 − ε) / ε).
///
/// Source: Rafailov et al. 2023, "Direct preference optimization", equation 7; smoothing after
/// Mitchell 2023, "A note on DPO with noisy preferences".
/// Differs: TRL's current `sigmoid` loss ignores its `label_smoothing`; this one does not.
public struct DPOPref: Objective {
  public static let name = "dpo-pref"
  public static let title = "DPO-pref"

  /// KL strength β. 0.1 is the default of the authors' code and of TRL.
  public let beta: Double
  /// Probability ε that a label is wrong. 0 takes labels as they are, as the paper does.
  public let labelSmoothing: Double

  public init(beta: Double = 0.1, labelSmoothing: Double = 0) {
    self.beta = beta
    self.labelSmoothing = labelSmoothing
  }

  public init(from section: Section) {
    beta = section.double(
      "beta", default: 0.1, above: 0,
      about: "Strength of the pull to the reference: larger stays nearer. 0.1 as in the paper.")
    labelSmoothing = section.double(
      "label_smoothing", default: 0, atLeast: 0, below: 0.5,
      about: "Share of labels taken for flipped. 0 for DPO as published.")
  }

  public var needs: ObjectiveNeeds { [.pairs, .reference] }
  public var rewardScale: Double { beta }

  public var options: [(name: String, value: String)] {
    [("beta", "\(beta)"), ("label_smoothing", "\(labelSmoothing)")]
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let u = try beta * candidates.logRatioMargins()
    let q = try candidates.pairTargets(smoothing: labelSmoothing)
    let losses = try -(q * u.logSigmoid() + (1 - q) * (-u).logSigmoid())
    return try losses.filled(where: candidates.counted().not(), with: 0)
  }
}

extension DPOPref {
  public static let card = MethodCard(
    summary:
      "Raises the chosen completion's likelihood over the rejected one's, measured against "
      + "the reference.",
    formula:
      "-log sigma(beta (d_chosen - d_rejected)); with smoothing e the label is 1 - e",
    paper:
      "Rafailov et al. 2023, Direct preference optimization, eq. 7; smoothing: Mitchell "
      + "2023",
    watch:
      "rewards/margins and rewards/accuracies rise; logps/chosen falling together with "
      + "logps/rejected means that both lose probability. Without smoothing the margin has no "
      + "optimum: stop early.")
}
