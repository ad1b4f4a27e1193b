import Recipe
import Torch

/// Group-relative policy optimisation: rewards normalised within a prompt's samples, the clipped
/// ratio of every token, and the divergence from the reference inside the loss.
///
/// A_i = (r_i − mean) / (deviation + 1e-4), the same for all tokens of a sample. Dividing by the
/// deviation weighs prompts by how little their samples differ, so the expected gradient is not that
/// of E[r]; and k3 inside the loss has the gradient of the forward KL(π_ref ∥ π), not of the reverse.
///
/// Source: Shao et al. 2024, "DeepSeekMath", equation 3; token mean: Yu et al. 2025, "DAPO"; constant
/// length and no division: Liu et al. 2025, "Understanding R1-Zero-like training" (Dr. GRPO).
public struct GRPO: RolloutObjective {
  public static let name = "grpo"
  public static let title = "GRPO"
  /// 8 samples as in TRL, β as in the paper.
  public static let usual = RolloutDefaults(samples: 8, kl: 0.04, epochs: 1)

  public let clipped: ClippedSurrogate
  /// `sequence-mean`, as in the paper.
  public let reduction: Reduction
  /// Whether advantages are divided by the deviation; not by default with ``Reduction/constant``,
  /// because the two came as one correction.
  public let scalesRewards: Bool
  /// k3 as in the paper; k2 has the gradient of the reverse KL.
  public let estimator: KLEstimator

  public init(
    clip: Double = 0.2, reduction: Reduction = .sequenceMean, scalesRewards: Bool? = nil,
    estimator: KLEstimator = .k3
  ) {
    clipped = ClippedSurrogate(.token, clip: clip)
    self.reduction = reduction
    self.scalesRewards = scalesRewards ?? (reduction != .constant)
    self.estimator = estimator
  }

  public init(from section: Section) {
    let reduction: Reduction = section.choice(
      "reduction", default: .sequenceMean, about: "How losses of tokens are brought together.")
    self.init(
      clip: ClippedSurrogate.clip(from: section), reduction: reduction,
      scalesRewards: section.bool(
        "scale_rewards", default: reduction != .constant,
        about: "Divides advantages by the prompt's deviation."),
      estimator: section.choice(
        "kl_estimator", default: .k3, about: "Of the divergence inside the loss."))
    if estimator == .k1 {
      section.mistake(
        "kl_estimator", "k1 inside a loss has no gradient in expectation; use k3 or k2")
    }
  }

  public var smallestGroup: Int { 2 }
  public var surrogate: ClippedSurrogate? { clipped }

  public var options: [(name: String, value: String)] {
    [
      ("clip", "\(clipped.clip)"), ("reduction", reduction.rawValue),
      ("scale_rewards", "\(scalesRewards)"), ("kl_estimator", estimator.rawValue),
    ]
  }

  public func credit(_ episodes: [Episode], samples: Int, kl: Double) -> [Credit] {
    creditGroups(episodes, samples: samples) { group in
      GroupNormalised.advantages(group.map(\.reward), scales: scalesRewards)
    }
  }

  public func losses(_ rollout: Rollout) throws(TorchError) -> Tensor {
    var perToken = try clipped.losses(of: rollout)
    if rollout.kl > 0 {
      let divergence = try estimator.estimate(rollout.policy - rollout.reference)
      perToken = try perToken + rollout.kl * divergence
    }
    return try reduction.losses(perToken, of: rollout)
  }

  public func weight(ofTokens count: Int) -> Double { reduction.weight(ofTokens: count) }
}

extension GRPO {
  public static let card = MethodCard(
    summary:
      "Rewards normalised within a prompt's samples take the critic's place; the KL stands "
      + "inside the loss.",
    formula:
      "clipped ratio with A = (r - mean) / deviation, + beta k3",
    paper:
      "Shao et al. 2024, DeepSeekMath, eq. 3",
    watch:
      "objective/scores and objective/rlhf_reward rise; objective/kl grows slowly; "
      + "completions/clipped_ratio must not; policy/ratio_error above 1e-4 in float32 means "
      + "that sampler and trainer disagree. frac_reward_zero_std: prompts whose samples all "
      + "score alike teach nothing.")
}
