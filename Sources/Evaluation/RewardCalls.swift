import Policy

/// Calls a reward with the texts of many prompts at once, and keeps their nesting.
struct RewardCalls {
  let reward: any Reward

  /// - Parameter completions: `[prompt][completion]`.
  /// - Returns: the reward of each prompt's text followed by the completion's.
  func values(_ completions: [[String]], of prompts: [EvaluationPrompt]) throws -> [[Double]] {
    let texts = zip(prompts, completions).flatMap { prompt, texts in texts.map { prompt.text + $0 }
    }
    guard !texts.isEmpty else { return completions.map { _ in [] } }
    let values = try reward.rewards(of: texts)
    guard values.count == texts.count else {
      throw EvaluationError.rewardCount(
        name: reward.name, texts: texts.count, values: values.count)
    }
    var next = 0
    return completions.map { texts in
      defer { next += texts.count }
      return Array(values[next..<next + texts.count])
    }
  }
}
