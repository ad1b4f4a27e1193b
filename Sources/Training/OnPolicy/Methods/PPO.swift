import Recipe
import Torch

/// Proximal policy optimisation: a critic says what each token added, and a clipped ratio lets a
/// rollout serve several updates.
///
/// Rewards per token are −β (log π_old − log π_ref), plus the score with the last token; advantages
/// are generalised ones over the critic's values, whitened over the rollout's tokens; the loss is the
/// mean over tokens of the clipped surrogate. Returns are taken before whitening.
///
/// Source: Schulman et al. 2017, "Proximal policy optimization algorithms"; for language models
/// Ouyang et al. 2022; details as in Huang et al. 2024, "The N+ implementation details of RLHF with
/// PPO": temperature in every log-probability, whitening, no dropout, linear decay, Adam's ε.
/// Differs: policy and critic have an optimiser each, so that there is no coefficient between their
/// losses; the score comes with the last token, where N+ puts it one place behind finished texts; a
/// mean over tokens is over those of all samples, without padding.
public struct PPO: RolloutObjective {
  public static let name = "ppo"
  public static let title = "PPO"
  /// As in N+.
  public static let usual = RolloutDefaults(samples: 1, kl: 0.05, epochs: 4)

  public let clipped: ClippedSurrogate
  /// Discount. 1: a completion is short, and its reward is not worth less at its end.
  public let gamma: Double
  /// 0.95 as in N+; 1 trusts the critic in nothing but the baseline.
  public let lambda: Double
  public let whitensAdvantages: Bool
  /// Off by default, as in N+: it changes what β means.
  public let whitensRewards: Bool
  public let stopAbove: Double?
  private let fitted: CriticSettings

  public init(
    clip: Double = 0.2, dualClip: Double? = nil, gamma: Double = 1, lambda: Double = 0.95,
    whitensAdvantages: Bool = true, whitensRewards: Bool = false, stopAbove: Double? = nil,
    critic: CriticSettings = CriticSettings()
  ) {
    clipped = ClippedSurrogate(.token, clip: clip, dualClip: dualClip)
    self.gamma = gamma
    self.lambda = lambda
    self.whitensAdvantages = whitensAdvantages
    self.whitensRewards = whitensRewards
    self.stopAbove = stopAbove
    fitted = critic
  }

  public init(from section: Section) {
    self.init(
      clip: ClippedSurrogate.clip(from: section),
      dualClip: section.optionalDouble(
        "dual_clip", above: 1, about: "Bound of the loss of bad actions; above 1."),
      gamma: section.double(
        "gamma", default: 1, atLeast: 0, atMost: 1, about: "Discount per token."),
      lambda: section.double(
        "lambda", default: 0.95, atLeast: 0, atMost: 1, about: "Of the generalised advantages."),
      whitensAdvantages: section.bool(
        "whiten_advantages", default: true,
        about: "Advantages of a rollout get mean 0 and deviation 1."),
      whitensRewards: section.bool(
        "whiten_rewards", default: false, about: "Rewards of a rollout get deviation 1."),
      stopAbove: section.optionalDouble(
        "stop_above", above: 0, about: "Gives a rollout up above this divergence from its sampler."),
      critic: CriticSettings(from: section))
  }

  public var critic: CriticSettings? { fitted }
  public var surrogate: ClippedSurrogate? { clipped }

  public var options: [(name: String, value: String)] {
    var options = [("clip", "\(clipped.clip)")]
    if let dual = clipped.dualClip { options.append(("dual_clip", "\(dual)")) }
    options += [
      ("gamma", "\(gamma)"), ("lambda", "\(lambda)"),
      ("whiten_advantages", "\(whitensAdvantages)"), ("whiten_rewards", "\(whitensRewards)"),
    ]
    if let stopAbove { options.append(("stop_above", "\(stopAbove)")) }
    return options + fitted.options
  }

  public func credit(_ episodes: [Episode], samples: Int, kl: Double) -> [Credit] {
    var rewards = episodes.map { $0.shapedRewards(kl: kl) }
    if whitensRewards { rewards = PPO.whitened(rewards, keepsMean: true) }
    let estimates = zip(episodes, rewards).map { episode, rewards in
      GeneralisedAdvantage.estimate(
        rewards: rewards, values: episode.values, gamma: gamma, lambda: lambda)
    }
    var advantages = estimates.map(\.advantages)
    if whitensAdvantages { advantages = PPO.whitened(advantages, keepsMean: false) }
    return zip(advantages, estimates).map { Credit(advantages: $0, returns: $1.returns) }
  }

  /// Over all tokens of all episodes.
  private static func whitened(_ rows: [[Double]], keepsMean: Bool) -> [[Double]] {
    var all = Whitening.whitened(rows.flatMap { $0 }, keepsMean: keepsMean)[...]
    return rows.map { row in
      defer { all = all.dropFirst(row.count) }
      return Array(all.prefix(row.count))
    }
  }

  public func losses(_ rollout: Rollout) throws(TorchError) -> Tensor {
    try Reduction.tokenMean.losses(clipped.losses(of: rollout), of: rollout)
  }

  public func weight(ofTokens count: Int) -> Double {
    Reduction.tokenMean.weight(ofTokens: count)
  }
}

extension PPO {
  public static let card = MethodCard(
    summary:
      "A critic says what each token added, and a clipped ratio lets a rollout serve "
      + "several updates.",
    formula:
      "max(-A rho, -A clip(rho, 1 - e, 1 + e)) per token, A from a critic",
    paper:
      "Schulman et al. 2017; Ouyang et al. 2022; Huang et al. 2024 (N+)",
    watch:
      "objective/scores and objective/rlhf_reward rise; objective/kl grows slowly; "
      + "completions/clipped_ratio must not; policy/ratio_error above 1e-4 in float32 means "
      + "that sampler and trainer disagree. val/explained_variance rises towards 1.")
}
