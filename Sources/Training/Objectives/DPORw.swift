import Recipe
import Torch

/// DPO over K candidates with rewards: the forward KL from the reward's distribution over the
/// candidates to the policy's.
///
/// p = softmax(β_π d) and q = softmax(r / β_r), both over the candidates of a prompt; the loss is
/// the cross-entropy −Σ q log p. It differs from KL(q ∥ p) by the entropy of q, which has no
/// gradient. Its gradient in β_π d is p − q.
///
/// Source: Ji et al. 2024, "Towards efficient exact optimization of language model alignment",
/// equation 19.
/// Differs: one softmax over all candidates of a prompt; the authors' code splits them into groups
/// of a fixed size. Duplicate candidates are kept: they carry Monte-Carlo weight.
public struct DPORw: Objective {
  public static let name = "dpo-rw"
  public static let title = "DPO-rw"

  private let temperatures: RewardTemperatures
  /// Inverse temperature β_π of the log-ratios.
  public var betaPi: Double { temperatures.betaPi }
  /// Temperature β_r of the rewards, in units of the reward.
  public var betaR: Double { temperatures.betaR }

  public init(betaPi: Double = 0.5, betaR: Double = 0.5) {
    temperatures = RewardTemperatures(betaPi: betaPi, betaR: betaR)
  }

  public init(from section: Section) {
    temperatures = RewardTemperatures(from: section)
  }

  public var needs: ObjectiveNeeds { [.rewards, .reference] }
  public var rewardScale: Double { betaPi }
  public var options: [(name: String, value: String)] { temperatures.options }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let logP = try candidates.logShares(betaPi * candidates.logRatios())
    let logQ = try candidates.logShares(candidates.givenRewards() / betaR)
    // Places without a candidate hold log p = 0, so they add nothing.
    return try -(logQ.exp() * logP).sum(1)
  }
}

extension DPORw {
  public static let card = MethodCard(
    summary:
      "Fits the policy over K candidates to the distribution that their rewards ask for, by "
      + "the forward KL.",
    formula:
      "-sum q log p, p = softmax(beta_pi d), q = softmax(r / beta_r)",
    paper:
      "Ji et al. 2024, Towards efficient exact optimization, eq. 19",
    watch:
      "rewards/accuracies rise towards the order of the rewards; kl grows slowly; losses of "
      + "different K do not compare.")
}
