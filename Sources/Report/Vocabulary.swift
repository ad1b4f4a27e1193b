/// What is known about a measurement from its name alone; unknown names are printed as they are.
struct Vocabulary: Equatable {
  let title: String
  /// One line for the methods section; nil for a name that is not known.
  let definition: String?

  init(_ name: String) {
    if let known = Self.known.first(where: { $0.name == name }) {
      title = known.title
      definition = known.definition
    } else {
      title = name
      definition = nil
    }
  }

  /// In the order in which tables show them.
  static let known: [(name: String, title: String, definition: String)] = [
    ("reward", "Reward", "Mean oracle reward of sampled completions."),
    (
      "held_out_reward", "Held-out reward",
      "Mean reward under a reward model that no method was trained against."
    ),
    (
      "reward_gap", "Reward gap",
      "What was gained by the reward that methods may have been trained on, less what was gained by "
        + "the held-out one, each in standard deviations of the reference's completions. Above 0: "
        + "part of the gain is particular to the reward."
    ),
    (
      "classifier_accuracy", "Classifier accuracy",
      "Share of sampled completions that the classifier assigns to the wanted class."
    ),
    (
      "kl", "KL to reference",
      "KL(π ∥ π_ref) per completion: Σ_t Σ_v π(v|h_t) [log π(v|h_t) − log π_ref(v|h_t)] over the "
        + "whole vocabulary along prefixes sampled from π. Unbiased and never negative."
    ),
    (
      "kl_k1", "KL, estimator k1",
      "Mean of log π(y) − log π_ref(y) over samples of π. Unbiased; can be negative."
    ),
    (
      "kl_k3", "KL, estimator k3",
      "Mean of (r − 1) − log r with r = π_ref(y)/π(y) over samples of π. Never negative; its "
        + "variance grows with χ²(π_ref ∥ π)."
    ),
    ("kl_per_token", "KL per token", "The exact KL divided by the number of sampled tokens."),
    (
      "win_rate", "Win rate",
      "Share of comparisons that the subject wins against the reference, over all pairs of "
        + "completions of one prompt; a tie counts one half."
    ),
    (
      "prompts_worse", "Prompts worse",
      "Share of prompts whose mean reward is below that of the reference policy."
    ),
    (
      "reward_difference", "Reward difference",
      "Mean over prompts of the difference in reward to the reference, paired by prompt."
    ),
    (
      "perplexity", "Perplexity",
      "exp of the mean negative log-probability per token of the sampled completions, under the "
        + "scorer that the protocol names."
    ),
    (
      "reward_margin", "Implicit reward margin",
      "Mean of β log π/π_ref on chosen minus the same on rejected completions of labelled pairs."
    ),
    (
      "preference_accuracy", "Preference accuracy",
      "Share of labelled pairs whose chosen completion has the larger implicit reward."
    ),
    (
      "chosen_log_ratio", "Chosen log-ratio",
      "Mean log π(y|x) − log π_ref(y|x) of labelled pairs' chosen completions. Below 0: the policy "
        + "makes even those less likely than the reference does."
    ),
    (
      "rejected_log_ratio", "Rejected log-ratio",
      "The same of their rejected completions."
    ),
    ("length", "Length", "Mean number of sampled tokens, the end token included."),
    ("truncated", "Truncated", "Share of completions that stopped at the length limit."),
    ("entropy", "Entropy", "Mean entropy of the next-token distribution along sampled prefixes."),
    (
      "distinct_1", "Distinct 1-grams",
      "Different by all 1-grams of tokens within the completions of a prompt, mean over prompts."
    ),
    (
      "distinct_2", "Distinct 2-grams",
      "Different by all 2-grams of tokens within the completions of a prompt, mean over prompts."
    ),
    (
      "distinct_3", "Distinct 3-grams",
      "Different by all 3-grams of tokens within the completions of a prompt, mean over prompts."
    ),
  ]

  /// Position of a name in tables; unknown names come last.
  static func rank(_ name: String) -> Int {
    known.firstIndex { $0.name == name } ?? known.count
  }
}
