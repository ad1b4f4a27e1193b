import Recipe
import Torch

/// Nash mirror descent by policy gradient: completions are rewarded for beating those of a mixture of
/// the policy and the reference.
///
/// y is drawn from π, y' token by token from the normalised (1 − α) log π + α log π_ref. The loss is
/// −A log π(y|x) with A = P(y ≻ y') − ½ − β (log π(y|x) − log π_ref(y|x)), where the log-ratio is of
/// the whole completion.
///
/// Source: Munos et al. 2024, "Nash learning from human feedback", section 7.
/// Differs: TRL's `NashMDTrainer` multiplies each token's log-ratio with that token's log π alone, which
/// drops what a token does to the ratios behind it and is not the gradient of the divergence;
/// `kl_per_token: true` does the same, to compare.
public struct NashMD: RolloutObjective {
  public static let name = "nash-md"
  public static let title = "Nash-MD"
  /// β as in TRL.
  public static let usual = RolloutDefaults(samples: 1, kl: 0.1, epochs: 1)

  private let mixed: OpponentSettings
  /// Takes the biased form of the divergence.
  public let isPerToken: Bool

  /// - Parameter share: α; 0.5 as in TRL.
  public init(share: Double = 0.5, scale: Double = 1, isPerToken: Bool = false) {
    mixed = OpponentSettings(share: share, scale: scale)
    self.isPerToken = isPerToken
  }

  public init(from section: Section) {
    self.init(
      share: section.double(
        "mixture", default: 0.5, atLeast: 0, atMost: 1,
        about: "The reference's share in the opponent."),
      scale: section.double(
        "preference_scale", default: 1, above: 0,
        about: "Difference of rewards that makes the odds of winning e : 1."),
      isPerToken: section.bool(
        "kl_per_token", default: false,
        about: "As TRL does, which is not the divergence's gradient; to compare."))
  }

  public var opponent: OpponentSettings? { mixed }

  public var options: [(name: String, value: String)] {
    [
      ("mixture", "\(mixed.share)"), ("preference_scale", "\(mixed.scale)"),
      ("kl_per_token", "\(isPerToken)"),
    ]
  }

  public func credit(_ episodes: [Episode], samples: Int, kl: Double) -> [Credit] {
    episodes.map { episode in
      let won = episode.reward - 0.5
      guard isPerToken else {
        return Credit(whole: won - kl * episode.logRatio, tokens: episode.old.count)
      }
      return Credit(advantages: episode.logRatios.map { won - kl * $0 })
    }
  }

  public func losses(_ rollout: Rollout) throws(TorchError) -> Tensor {
    try ScoreFunction.losses(rollout)
  }
}

extension NashMD {
  /// What `opponents` change, with mu their mixture.
  static let opponents =
    "y' is drawn from mu, whose member current is the mixture of policy and reference: "
    + "A = P(y > mu) - 1/2 - beta d in expectation"

  public static let card = MethodCard(
    summary:
      "Completions are rewarded for beating those of a mixture of policy and reference.",
    formula:
      "-A log pi, A = P(y > y') - 1/2 - beta d",
    paper:
      "Munos et al. 2024, Nash learning from human feedback, section 7",
    watch:
      "objective/scores and objective/rlhf_reward rise; objective/kl grows slowly; "
      + "completions/clipped_ratio must not; policy/ratio_error above 1e-4 in float32 means "
      + "that sampler and trainer disagree.")
}
