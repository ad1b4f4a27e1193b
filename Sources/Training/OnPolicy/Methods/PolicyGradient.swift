import Recipe
import Torch

/// The plain policy gradient: no baseline, and no pull towards the reference unless asked for.
///
/// The loss is −R log π(y|x) with R = r − β (log π_old(y|x) − log π_ref(y|x)). Unbiased, with the
/// variance that baselines are there to remove: the comparison by which they are judged.
///
/// Source: Sutton et al. 2000, "Policy gradient methods for reinforcement learning with function
/// approximation", theorem 1.
public struct PolicyGradient: RolloutObjective {
  public static let name = "policy-gradient"
  public static let title = "policy gradient"
  public static let usual = RolloutDefaults(samples: 1, kl: 0, epochs: 1)

  public init() {}

  public init(from section: Section) {}

  public var options: [(name: String, value: String)] { [] }

  public func credit(_ episodes: [Episode], samples: Int, kl: Double) -> [Credit] {
    episodes.map { Credit(whole: $0.shapedReturn(kl: kl), tokens: $0.old.count) }
  }

  public func losses(_ rollout: Rollout) throws(TorchError) -> Tensor {
    try ScoreFunction.losses(rollout)
  }
}

extension PolicyGradient {
  public static let card = MethodCard(
    summary:
      "The plain policy gradient: no baseline, no pull unless asked for.",
    formula:
      "-R log pi",
    paper:
      "Sutton et al. 2000",
    watch:
      "objective/scores and objective/rlhf_reward rise; objective/kl grows slowly; "
      + "completions/clipped_ratio must not; policy/ratio_error above 1e-4 in float32 means "
      + "that sampler and trainer disagree.")
}
