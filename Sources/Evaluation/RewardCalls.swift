import Policy

/// Calls a reward with the texts of many prompts at once.
struct RewardCalls {
  let reward: any Reward

  /// - Parameter completions: `[prompt][completion]`.
  /// - Returns: the reward of each prompt's text followed by the completion's.
  func values(_ completions: [[String]], of prompts: [EvaluationPrompt]) throws -> [[Double]] {
    try reward.rewards(of: completions, after: prompts.map(\.dialogue))
  }
}
