import Recipe
import Torch

/// REINFORCE with the mean of a prompt's other samples as baseline.
///
/// A_i = R_i − mean of R_j, j ≠ i, with R = r − β (log π_old(y|x) − log π_ref(y|x)); a whole completion
/// is one action, and its log-probability the sum over its tokens. The gradient of the first update of
/// a rollout is an unbiased estimate of that of E[r] − β KL(π ∥ π_ref); a clipped ratio of whole
/// completions keeps further updates near.
///
/// Source: Ahmadian et al. 2024, "Back to basics: revisiting REINFORCE-style optimization for learning
/// from human feedback in LLMs"; the clipped sequence ratio as in TRL's `RLOOTrainer`.
/// Differs: advantages are not normalised.
public struct RLOO: RolloutObjective {
  public static let name = "rloo"
  public static let title = "RLOO"
  /// 4 samples as in the paper, β as in TRL.
  public static let usual = RolloutDefaults(samples: 4, kl: 0.05, epochs: 1)

  public let clipped: ClippedSurrogate

  public init(clip: Double = 0.2) { clipped = ClippedSurrogate(.sequence, clip: clip) }

  public init(from section: Section) { self.init(clip: ClippedSurrogate.clip(from: section)) }

  public var smallestGroup: Int { 2 }
  public var surrogate: ClippedSurrogate? { clipped }
  public var options: [(name: String, value: String)] { [("clip", "\(clipped.clip)")] }

  public func credit(_ episodes: [Episode], samples: Int, kl: Double) -> [Credit] {
    creditGroups(episodes, samples: samples) { group in
      LeaveOneOut.advantages(group.map { $0.shapedReturn(kl: kl) })
    }
  }

  public func losses(_ rollout: Rollout) throws(TorchError) -> Tensor {
    try clipped.losses(of: rollout)
  }
}

extension RLOO {
  public static let card = MethodCard(
    summary:
      "The mean of a prompt's other samples is the baseline; a completion is one action.",
    formula:
      "clipped ratio of completions with A_i = R_i - mean of R_j, R = r - beta d",
    paper:
      "Ahmadian et al. 2024, Back to basics",
    watch:
      "objective/scores and objective/rlhf_reward rise; objective/kl grows slowly; "
      + "completions/clipped_ratio must not; policy/ratio_error above 1e-4 in float32 means "
      + "that sampler and trainer disagree.")
}
