import Recipe
import Torch

/// Anchored preference optimisation: says in which direction the likelihoods themselves are to move.
///
/// With `anchor: zero`, 1 − σ(β d_chosen) + σ(β d_rejected): the chosen candidate becomes likelier than
/// under the reference, the rejected one less likely. It suits data better than the policy. With
/// `anchor: down`, σ(β d_chosen) + 1 − σ(β (d_chosen − d_rejected)): both become less likely, the
/// rejected one more so. It suits a policy better than the data.
///
/// Source: D'Oosterlinck et al. 2024, "Anchored preference optimization and contrastive revisions",
/// APO-zero and APO-down.
/// Differs: nothing; a soft label enters as the expectation over the label.
public struct APO: Objective {
  public enum Anchoring: String, CaseIterable, Sendable {
    case zero, down
  }

  public static let name = "apo"
  public static let title = "APO"

  /// Zero by default: chosen completions are to be learned from.
  public let anchor: Anchoring
  /// Scale β of the log-ratios. 0.1 as TRL's documentation quotes for the paper.
  public let beta: Double

  public init(anchor: Anchoring = .zero, beta: Double = 0.1) {
    self.anchor = anchor
    self.beta = beta
  }

  public init(from section: Section) {
    anchor = section.choice(
      "anchor", default: .zero,
      about: "zero for data better than the policy, down for a policy better than the data.")
    beta = section.double(
      "beta", default: 0.1, above: 0,
      about: "Strength of the pull to the reference: larger stays nearer.")
  }

  public var needs: ObjectiveNeeds { [.pairs, .reference] }
  public var rewardScale: Double { beta }

  public var options: [(name: String, value: String)] {
    [("anchor", anchor.rawValue), ("beta", "\(beta)")]
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let reward = try beta * candidates.logRatios()
    return try candidates.overLabels { chosen, rejected throws(TorchError) in
      let (up, down) = (try reward.column(chosen), try reward.column(rejected))
      // 1 − σ(x) = σ(−x), which keeps the digits of a small loss.
      switch anchor {
      case .zero: return try (-up).sigmoid() + down.sigmoid()
      case .down: return try up.sigmoid() + (down - up).sigmoid()
      }
    }
  }
}

extension APO {
  public static let card = MethodCard(
    summary:
      "Says in which direction the likelihoods themselves are to move: chosen up and "
      + "rejected down, or both down.",
    formula:
      "zero: 1 - s(beta d_c) + s(beta d_r); down: s(beta d_c) + 1 - s(beta (d_c - d_r))",
    paper:
      "D'Oosterlinck et al. 2024, Anchored preference optimization",
    watch:
      "rewards/chosen goes where anchor says; accuracies rise.")
}
