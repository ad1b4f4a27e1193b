import Recipe
import Torch

/// The hinge on the margin against a reference: pairs ranked right by enough are left alone.
///
/// max(0, 1 − u) with u = β (d_chosen − d_rejected); the margin that suffices is 1/β nats. At the
/// kink the gradient is 0.
///
/// Source: Liu et al. 2023, "Statistical rejection sampling improves preference optimization" (RSO),
/// its normalised hinge loss.
/// Differs: the pairs are those of the data; the paper's rejection sampling is a choice of candidates.
/// Not to be taken for `slic-hf`, which has no reference.
public struct Hinge: Objective {
  public static let name = "hinge"
  public static let title = "Hinge (RSO)"

  /// Scale β of the log-ratios. 0.1 as in DPO, so that both see one u.
  public let beta: Double

  public init(beta: Double = 0.1) {
    self.beta = beta
  }

  public init(from section: Section) {
    beta = section.double(
      "beta", default: 0.1, above: 0,
      about:
        "Strength of the pull to the reference: larger stays nearer. The margin that suffices is 1/beta nats."
    )
  }

  public var needs: ObjectiveNeeds { [.pairs, .reference] }
  public var rewardScale: Double { beta }
  public var options: [(name: String, value: String)] { [("beta", "\(beta)")] }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let d = try candidates.logRatios()
    return try candidates.overLabels { chosen, rejected throws(TorchError) in
      try (1 - beta * (d.column(chosen) - d.column(rejected))).relu()
    }
  }
}

extension Hinge {
  public static let card = MethodCard(
    summary:
      "Leaves pairs alone that are ranked right by enough.",
    formula:
      "max(0, 1 - beta (d_chosen - d_rejected))",
    paper:
      "Liu et al. 2023, Statistical rejection sampling (RSO)",
    watch:
      "rewards/margins and rewards/accuracies rise; logps/chosen falling together with "
      + "logps/rejected means that both lose probability.")
}
