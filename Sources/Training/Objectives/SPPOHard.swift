import Recipe
import Torch

/// SPPO on labelled pairs: the label stands for a win rate of 1 or 0, the reference for the previous
/// policy.
///
/// (d_chosen − 1/(2β))² + (d_rejected + 1/(2β))².
///
/// Source: Wu et al. 2024, "Self-play preference optimization for language model alignment".
/// Differs: certain win rates instead of estimated ones, and the sum of both squares instead of their
/// mean, as TRL's `sppo_hard`; `sppo` is the paper's.
public struct SPPOHard: Objective {
  public static let name = "sppo-hard"
  public static let title = "SPPO-hard"

  /// Inverse step size β. 0.001 as in the authors' scripts; the targets are then ±500 nats.
  public let beta: Double

  public init(beta: Double = 0.001) {
    self.beta = beta
  }

  public init(from section: Section) {
    beta = section.double(
      "beta", default: 0.001, above: 0,
      about: "Pull to the reference: log-ratios aim at 1/(2 beta).")
  }

  public var needs: ObjectiveNeeds { [.pairs, .reference] }
  public var rewardScale: Double { beta }
  public var options: [(name: String, value: String)] { [("beta", "\(beta)")] }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let d = try candidates.logRatios()
    let target = 0.5 / beta
    return try candidates.overLabels { chosen, rejected throws(TorchError) in
      try (d.column(chosen) - target).squared() + (d.column(rejected) + target).squared()
    }
  }
}

extension SPPOHard {
  public static let card = MethodCard(
    summary:
      "Asks for fixed log-ratios of both candidates, the chosen one's up, the rejected "
      + "one's down.",
    formula:
      "(d_c - 1 / (2 beta))^2 + (d_r + 1 / (2 beta))^2",
    paper:
      "Wu et al. 2024, Self-play preference optimization",
    watch:
      "rewards/chosen and rewards/rejected approach +1/2 and -1/2.")
}
