extension Measure {
  public static let reward = Measure(
    "reward", title: "Reward", .higher, column: .plain,
    definition: "Mean oracle reward of sampled completions, mean over prompts.")

  public static let heldOutReward = Measure(
    "held_out_reward", title: "Held-out reward", .higher, column: .plain,
    definition: "Mean reward under a reward model that no method was trained against.")

  public static let rewardGap = Measure(
    "reward_gap", title: "Reward gap", unit: "standard deviations", .lower, column: .reference,
    definition:
      "What was gained by the reward that methods may have been trained on, less what was "
      + "gained by the held-out one, each in standard deviations of the reference's completions. "
      + "Above 0: part of the gain is particular to the reward.",
    source: "Gao et al. 2023, proxy and gold reward")

  public static let classifierAccuracy = Measure(
    "classifier_accuracy", title: "Classifier accuracy", .higher, .share,
    column: .plain,
    definition: "Share of sampled completions that the classifier assigns to the wanted class.",
    source: "Clopper and Pearson 1934 for the interval")

  public static let kl = Measure(
    "kl", title: "KL to reference", unit: "nats", .neutral, .nonnegative,
    column: .plain,
    definition: "KL(π ∥ π_ref) per completion: Σ_t Σ_v π(v|h_t) [log π(v|h_t) − log π_ref(v|h_t)] "
      + "over the whole vocabulary along prefixes sampled from π. Unbiased and never negative.",
    source: "conditional expectation of k1")

  public static let k1 = Measure(
    "kl_k1", title: "KL, estimator k1", unit: "nats", .neutral,
    definition: "Mean of log π(y) − log π_ref(y) over samples of π. Unbiased; can be negative.",
    source: "Schulman 2020")

  public static let k3 = Measure(
    "kl_k3", title: "KL, estimator k3", unit: "nats", .neutral, .nonnegative,
    definition: "Mean of (r − 1) − log r with r = π_ref(y)/π(y) over samples of π. Never negative; "
      + "its variance grows with χ²(π_ref ∥ π).",
    source: "Schulman 2020")

  public static let klPerToken = Measure(
    "kl_per_token", title: "KL per token", unit: "nats per token", .neutral, .nonnegative,
    definition: "The exact KL divided by the number of sampled tokens.")

  public static let winRate = Measure(
    "win_rate", title: "Win rate", .higher, .share, version: 2, column: .referenceAndChosen,
    definition: "Share of comparisons that the subject wins against the reference, over pairs of "
      + "completions of one prompt that were drawn independently; a tie counts one half.",
    source: "Ji et al. 2024, protocol")

  public static let preferenceAccuracy = Measure(
    "preference_accuracy", title: "Preference accuracy", .higher, .share, version: 2,
    column: .plain,
    definition: "Share of labelled pairs whose chosen completion has the larger implicit reward, "
      + "mean over prompts.",
    source: "Rafailov et al. 2023")

  public static let chosenLogRatio = Measure(
    "chosen_log_ratio", title: "Chosen log-ratio", unit: "nats", .neutral, version: 2,
    column: .reference,
    definition: "Mean log π(y|x) − log π_ref(y|x) of labelled pairs' chosen completions. Below 0: "
      + "the policy makes even those less likely than the reference does.")

  public static let rejectedLogRatio = Measure(
    "rejected_log_ratio", title: "Rejected log-ratio", unit: "nats", .neutral, version: 2,
    column: .reference, definition: "The same of their rejected completions.")

  public static let promptsWorse = Measure(
    "prompts_worse", title: "Prompts worse", .lower, .share, column: .plain,
    definition: "Share of prompts whose mean reward is below that of the reference policy.")

  public static let rewardDifference = Measure(
    "reward_difference", title: "Reward difference", .higher,
    definition: "Mean over prompts of the difference in reward to the reference, paired by prompt.",
    source: "Fisher's randomisation test")

  public static let perplexity = Measure(
    "perplexity", title: "Perplexity", .lower, .exponential, version: 2,
    definition: "exp of the mean negative log-probability per token of the sampled completions, "
      + "under the scorer that the protocol names; over seeds the exponent is averaged.")

  public static let rewardMargin = Measure(
    "reward_margin", title: "Implicit reward margin", .higher, version: 2,
    definition:
      "Mean of β log π/π_ref on chosen minus the same on rejected completions of labelled "
      + "pairs.",
    source: "Rafailov et al. 2023")

  public static let length = Measure(
    "length", title: "Length", unit: "tokens", .neutral, .nonnegative, column: .plain,
    definition: "Mean number of sampled tokens, the end token included.")

  public static let truncated = Measure(
    "truncated", title: "Truncated", .lower, .share, column: .plain,
    definition: "Share of completions that stopped at the length limit.")

  public static let entropy = Measure(
    "entropy", title: "Entropy", unit: "nats per token", .neutral, .nonnegative,
    definition: "Mean entropy of the next-token distribution along sampled prefixes.")

  /// Different n-grams by all of them.
  public static func distinct(_ size: Int) -> Measure {
    Measure(
      "distinct_\(size)", title: "Distinct \(size)-grams", .neutral, .share,
      definition:
        "Different by all \(size)-grams of tokens within the completions of a prompt, mean "
        + "over prompts.", source: "Li et al. 2016")
  }

  /// In the order in which tables show them.
  public static let known: [Measure] = [
    reward, heldOutReward, rewardGap, classifierAccuracy, kl, k1, k3, klPerToken, winRate,
    promptsWorse, rewardDifference, perplexity, rewardMargin, preferenceAccuracy, chosenLogRatio,
    rejectedLogRatio, length, truncated, entropy, distinct(1), distinct(2), distinct(3),
  ]
}
