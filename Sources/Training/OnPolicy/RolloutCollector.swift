import Policy
import Torch

/// Draws completions of the policy and takes the numbers of them that updates need.
///
/// All randomness follows from the seed and the step, so a training that goes on elsewhere draws the
/// same.
struct RolloutCollector {
  let policy: LanguageModel
  let reference: Decoder
  var reward: any Reward
  let settings: OnPolicySettings
  let seed: UInt64

  func collect(
    _ prompts: [PromptSettings.Prompt], step: Int, critic: Decoder?, scale: RewardScale,
    costs: inout RolloutCosts
  ) throws -> Experience {
    let (completions, opponents) = try costs.timing(\.generating) { costs in
      let own = try draw(prompts, policy.decoder, stream: "rollout-\(step)", &costs)
      let others = try settings.objective.opponent.map { opponent in
        try draw(
          prompts, policy.decoder, mixedWith: Sampler.Mixture(reference, share: opponent.share),
          stream: "opponent-\(step)", &costs)
      }
      return (own, others)
    }
    return try costs.timing(\.scoring) { costs in
      let rewards = try rewards(of: completions, prompts, step: step, &costs)
      let scores = scores(rewards, completions, scale)
      var worth = scores
      if let opponents, let opponent = settings.objective.opponent {
        let theirs = try self.rewards(of: opponents, prompts, step: step, &costs)
        worth = zip(scores, self.scores(theirs, opponents, scale)).map(opponent.preference)
      }
      let drawn = Experience(
        prompts: prompts, completions: completions, rewards: rewards, scores: scores, episodes: [])
      let episodes = try episodes(of: drawn, worth: worth, critic: critic)
      return Experience(
        prompts: prompts, completions: completions, rewards: rewards, scores: scores,
        episodes: episodes)
    }
  }

  /// Where the rewards of the reference's completions lie.
  func scale(
    of prompts: [PromptSettings.Prompt], costs: inout RolloutCosts
  ) throws -> RewardScale {
    guard settings.scores.normalisation != .off else { return RewardScale() }
    let drawn = try costs.timing(\.generating) { costs in
      try draw(prompts, reference, stream: "scale", &costs)
    }
    return try costs.timing(\.scoring) { costs in
      try RewardScale(
        of: rewards(of: drawn, prompts, step: 0, &costs), settings.scores.normalisation)
    }
  }

  private func draw(
    _ prompts: [PromptSettings.Prompt], _ model: Decoder, mixedWith mixture: Sampler.Mixture? = nil,
    stream: String, _ costs: inout RolloutCosts
  ) throws -> [[Completion]] {
    let sampling = policy.sampling(
      temperature: settings.temperature, maxTokens: settings.maxTokens)
    let uniform = try Generator(seed: seed, stream: stream)
      .uniform([prompts.count * settings.samples, settings.maxTokens])
    let drawn = try Sampler(model, sampling, mixedWith: mixture)
      .sample(prompts.map(\.tokens), count: settings.samples, uniform: uniform)
    costs.generatedTokens += drawn.joined().reduce(0) { $0 + $1.tokens.count }
    return drawn
  }

  private func rewards(
    of completions: [[Completion]], _ prompts: [PromptSettings.Prompt], step: Int,
    _ costs: inout RolloutCosts
  ) throws -> [Double] {
    let texts = zip(prompts, completions).flatMap { prompt, completions in
      completions.map { prompt.text + policy.text(of: $0, after: prompt.tokens) }
    }
    let rewards = try reward.rewards(of: texts)
    costs.rewardCalls += texts.count
    if let wrong = rewards.firstIndex(where: { !$0.isFinite }) {
      throw TrainingError.unusable(
        "step \(step + 1): \(reward.name) gives a completion of prompt "
          + "\(prompts[wrong / settings.samples].id) the reward \(rewards[wrong])")
    }
    return rewards
  }

  private func scores(
    _ rewards: [Double], _ completions: [[Completion]], _ scale: RewardScale
  ) -> [Double] {
    zip(rewards, completions.joined()).map {
      settings.scores.score(of: $0, isFinished: $1.isFinished, scale: scale)
    }
  }

  /// Log-probabilities of the sampled ids by the code that training uses, and values, in the parts
  /// that training runs.
  private func episodes(
    of drawn: Experience, worth: [Double], critic: Decoder?
  ) throws -> [Episode] {
    var episodes: [Episode] = []
    for start in stride(from: 0, to: drawn.prompts.count, by: settings.part) {
      let part = Array(start..<min(start + settings.part, drawn.prompts.count))
      let targets = try drawn.targets(of: part, policy.decoder)
      let temperature = settings.temperature
      let (own, theirs, values): ([Double], [Double], [Double]) = try withoutGradient {
        (
          try policy.decoder.logProbabilities(of: targets, temperature: temperature).values(),
          try reference.logProbabilities(of: targets, temperature: temperature).values(),
          try critic?.values(of: targets).values() ?? []
        )
      }
      var next = 0
      for length in targets.lengths {
        let range = next..<next + length
        episodes.append(
          Episode(
            old: Array(own[range]), reference: Array(theirs[range]),
            values: critic == nil ? [] : Array(values[range]), reward: worth[episodes.count]))
        next += length
      }
    }
    return episodes
  }
}
