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

  /// Inverse temperature β_π of the log-ratios. 0.5 is what the EXO authors' scripts use for
  /// summaries and dialogue (0.1 for film reviews).
  public let betaPi: Double
  /// Temperature β_r of the rewards, in units of the reward. 0.5 from the same scripts; it is one
  /// degree of freedom with the reward's scale. The KL strength is β_r β_π.
  public let betaR: Double

  public init(betaPi: Double = 0.5, betaR: Double = 0.5) {
    self.betaPi = betaPi
    self.betaR = betaR
  }

  public init(from section: Section) {
    betaPi = section.double("beta_pi", default: 0.5, above: 0)
    betaR = section.double("beta_r", default: 0.5, above: 0)
  }

  public var needs: ObjectiveNeeds { [.rewards, .reference] }
  public var rewardScale: Double { betaPi }

  public var options: [(name: String, value: String)] {
    [("beta_pi", "\(betaPi)"), ("beta_r", "\(betaR)")]
  }

  public func loss(_ candidates: Candidates) throws(TorchError) -> Tensor {
    let logP = try candidates.logShares(betaPi * candidates.logRatios())
    let logQ = try candidates.logShares(candidates.givenRewards() / betaR)
    // Places without a candidate hold log p = 0, so they add nothing.
    return try -(logQ.exp() * logP).sum(1)
  }
}
