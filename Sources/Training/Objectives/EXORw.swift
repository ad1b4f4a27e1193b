import Recipe
import Torch

/// Exact optimisation over K candidates with rewards: the reverse KL from the policy's distribution
/// over the candidates to the reward's.
///
/// p = softmax(β_π d) and q = softmax(r / β_r), both over the candidates of a prompt; the loss is
/// Σ p (log p − log q), with gradient through both factors p. Its gradient in β_π d is
/// p (log p − log q − KL(p ∥ q)). At the optimum it is 0 for every set of candidates; elsewhere the
/// loss of finite K lies below the KL that it estimates, so losses of different K do not compare.
///
/// Source: Ji et al. 2024, "Towards efficient exact optimization of language model alignment",
/// equations 12–15.
/// Differs: one softmax over all candidates of a prompt; the authors' code splits them into groups
/// of a fixed size. Duplicate candidates are kept: they carry Monte-Carlo weight.
public struct EXORw: Objective {
  public static let name = "exo-rw"
  public static let title = "EXO-rw"

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
    // Places without a candidate hold log p = log q = 0, so they add nothing.
    return try (logP.exp() * (logP - logQ)).sum(1)
  }
}

extension EXORw {
  public static let card = MethodCard(
    summary:
      "Fits the policy over K candidates to the distribution that their rewards ask for, by "
      + "the reverse KL: mode-seeking.",
    formula:
      "sum p (log p - log q), p = softmax(beta_pi d), q = softmax(r / beta_r)",
    paper:
      "Ji et al. 2024, Towards efficient exact optimization, eq. 12-15",
    watch:
      "rewards/accuracies rise towards the order of the rewards; kl grows slowly; losses of "
      + "different K do not compare.")
}
