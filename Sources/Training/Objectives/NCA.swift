import Recipe
import Torch

/// Noise-contrastive alignment: holds the likelihood of the chosen candidate itself, not only the
/// margin.
///
/// −log σ(β d_chosen) − ½ log σ(−β d_chosen) − ½ log σ(−β d_rejected). The chosen candidate's implicit
/// reward has its own optimum, so that its likelihood cannot fall with the rejected one's.
///
/// Source: Chen et al. 2024, "Noise contrastive alignment of language models with explicit rewards",
/// the pairwise loss.
/// Differs: nothing; a soft label enters as the expectation over the label.
public struct NCA: Objective {
  public static let name = "nca"
  public static let title = "NCA"

  /// Scale β of the log-ratios. 0.01 as TRL's documentation quotes for the paper.
  public let beta: Double

  public init(beta: Double = 0.01) {
    self.beta = beta
  }

  public init(from section: Section) {
    beta = section.double(
      "beta", default: 0.01, above: 0,
      about: "Strength of the pull to the reference: larger stays nearer.")
  }

  public var needs: ObjectiveNeeds { [.pairs, .reference] }
  public var rewardScale: Double { beta }
  public var options: [(name: String, value: String)] { [("beta", "\(beta)")] }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let reward = try beta * candidates.logRatios()
    let (log, other) = (try reward.logSigmoid(), try (-reward).logSigmoid())
    return try candidates.overLabels { chosen, rejected throws(TorchError) in
      try -(log.column(chosen) + 0.5 * other.column(chosen) + 0.5 * other.column(rejected))
    }
  }
}

extension NCA {
  public static let card = MethodCard(
    summary:
      "Holds the likelihood of the chosen candidate itself, not only the margin.",
    formula:
      "-log s(beta d_c) - log s(-beta d_c) / 2 - log s(-beta d_r) / 2",
    paper:
      "Chen et al. 2024, Noise contrastive alignment",
    watch:
      "rewards/chosen stays above 0 while rewards/rejected falls.")
}
