import Recipe
import Torch

/// The policy gradient with the mean of the rollout's other samples as baseline.
///
/// A_i = R_i − mean of R_j over all other samples of the rollout, whatever their prompt, with
/// R = r − β (log π_old(y|x) − log π_ref(y|x)); the loss is −A log π(y|x). Unbiased; where prompts
/// differ in how much reward they allow, RLOO's baseline has less variance.
///
/// Source: Williams 1992, "Simple statistical gradient-following algorithms for connectionist
/// reinforcement learning".
/// Differs: the baseline is of the same rollout instead of a running mean, so nothing need be
/// remembered.
public struct Reinforce: RolloutObjective {
  public static let name = "reinforce"
  public static let title = "REINFORCE"
  public static let usual = RolloutDefaults(samples: 1, kl: 0.05, epochs: 1)

  public init() {}

  public init(from section: Section) {}

  public var smallestRollout: Int { 2 }
  public var options: [(name: String, value: String)] { [] }

  public func credit(_ episodes: [Episode], samples: Int, kl: Double) -> [Credit] {
    creditGroups(episodes, samples: episodes.count) { all in
      LeaveOneOut.advantages(all.map { $0.shapedReturn(kl: kl) })
    }
  }

  public func losses(_ rollout: Rollout) throws(TorchError) -> Tensor {
    try ScoreFunction.losses(rollout)
  }
}

extension Reinforce {
  public static let card = MethodCard(
    summary:
      "The policy gradient with the mean of the rollout's other samples as baseline.",
    formula:
      "-A log pi, A_i = R_i - mean of R_j over the rollout, R = r - beta d",
    paper:
      "Williams 1992",
    watch:
      "objective/scores and objective/rlhf_reward rise; objective/kl grows slowly; "
      + "completions/clipped_ratio must not; policy/ratio_error above 1e-4 in float32 means "
      + "that sampler and trainer disagree.")
}
