import Policy
import Torch

/// Draws completions of the policy and takes the numbers of them that updates need.
///
/// All randomness follows from the seed and the step, so a training that goes on elsewhere draws the
/// same.
struct RolloutCollector {
  let policy: LanguageModel
  let reference: Decoder
  /// Nil where an oracle alone says what a completion is worth.
  var reward: (any Reward)?
  /// In the place of the reward's preference between a completion and the opponent's.
  let oracle: (any PreferenceOracle)?
  let settings: OnPolicySettings
  let seed: UInt64
  /// Of which each draws and scores its part.
  let ranks: Ranks
  /// Who plays in the place of the method's own opponent, and when.
  var rivals: RolloutRivals?
  /// Who draws the policy's own completions; nil for this process.
  var engine: (any DrawingEngine)?

  func collect(
    _ prompts: [PromptSettings.Prompt], step: Int, critic: Decoder?, scale: RewardScale,
    costs: inout RolloutCosts
  ) throws -> Experience {
    let (completions, opponents) = try costs.timing(\.generating) { costs in
      let stream = "rollout-\(step)"
      let own =
        try engine.map { try draw(prompts, through: $0, stream: stream, &costs) }
        ?? draw(prompts, policy.decoder, stream: stream, &costs)
      let others = try settings.objective.opponent.map { opponent in
        let mixture = Sampler.Mixture(reference, share: opponent.share)
        guard let rivals else {
          return try draw(
            prompts, policy.decoder, mixedWith: mixture, stream: "opponent-\(step)", &costs)
        }
        return try draw(prompts, by: rivals, or: mixture, step: step, &costs)
      }
      return (own, others)
    }
    return try costs.timing(\.scoring) { costs in
      // With the opponents' in one list, so that equal texts tie.
      let rivals = oracle == nil ? opponents : nil
      let found = try rewards(
        of: rivals.map { zip(completions, $0).map(+) } ?? completions, prompts, step: step, &costs)
      let rewards = found.flatMap { $0.prefix(settings.samples) }
      let scores = scores(rewards, completions, scale)
      var worth = scores
      var unanswered: Set<Int> = []
      if let opponents, let oracle {
        let answers = try preferences(oracle, completions, opponents, prompts, &costs)
        unanswered = Set(answers.indices.filter { answers[$0] == nil })
        // What has no answer gets no credit, so that any number will do.
        worth = answers.map { $0 ?? 0 }
      } else if let rivals, let opponent = settings.objective.opponent {
        let theirs = found.flatMap { $0.dropFirst(settings.samples) }
        worth = zip(scores, self.scores(theirs, rivals, scale)).map(opponent.preference)
      }
      let drawn = Experience(
        prompts: prompts, completions: completions, rewards: rewards, scores: scores, episodes: [])
      let episodes = try episodes(of: drawn, worth: worth, critic: critic)
      return Experience(
        prompts: prompts, completions: completions, rewards: rewards, scores: scores,
        episodes: episodes, unanswered: unanswered)
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
        of: rewards(of: drawn, prompts, step: 0, &costs).flatMap(\.self),
        settings.scores.normalisation)
    }
  }

  private func draw(
    _ prompts: [PromptSettings.Prompt], _ model: Decoder, mixedWith mixture: Sampler.Mixture? = nil,
    each count: Int? = nil, stream: String, _ costs: inout RolloutCosts
  ) throws -> [[Completion]] {
    let sampling = policy.sampling(
      temperature: settings.temperature, maxTokens: settings.maxTokens,
      truncation: settings.truncation)
    let count = count ?? settings.samples
    let uniform = try Generator(seed: seed, stream: stream)
      .uniform([prompts.count * count, settings.maxTokens])
    let drawn = try Sampler(model, sampling, mixedWith: mixture)
      .sample(prompts.map(\.tokens), count: count, uniform: uniform, over: ranks)
    costs.generatedTokens += drawn.joined().reduce(0) { $0 + $1.tokens.count }
    return drawn
  }

  /// The policy's completions by a server, which the leading rank hands the weights and asks.
  private func draw(
    _ prompts: [PromptSettings.Prompt], through engine: any DrawingEngine, stream: String,
    _ costs: inout RolloutCosts
  ) throws -> [[Completion]] {
    let sampling = policy.sampling(
      temperature: settings.temperature, maxTokens: settings.maxTokens,
      truncation: settings.truncation)
    let drawn = try ranks.follow {
      try engine.load(policy)
      return try engine.completions(
        of: prompts.map { ServedPrompt(id: $0.id, $0.dialogue, tokens: $0.tokens) },
        count: settings.samples, ServedDraw(sampling, seed: seed, stream: stream)
      ).map { all in
        all.map {
          Completion(
            tokens: $0.tokens, isFinished: $0.isFinished,
            logProbabilities: $0.logProbabilities ?? [])
        }
      }
    }
    costs.generatedTokens += drawn.joined().reduce(0) { $0 + $1.tokens.count }
    return drawn
  }

  /// One answer of an opponent for each completion, each by whoever it is dealt to.
  private func draw(
    _ prompts: [PromptSettings.Prompt], by rivals: RolloutRivals, or own: Sampler.Mixture,
    step: Int, _ costs: inout RolloutCosts
  ) throws -> [[Completion]] {
    let dealt = prompts.map {
      rivals.mixture.deal(
        settings.samples, prompt: $0.id, seed: Generator.mix(seed, "opponents-\(step)"))
    }
    var found = [[Completion?]](
      repeating: [Completion?](repeating: nil, count: settings.samples), count: prompts.count)
    for place in rivals.mixture.members.indices {
      let seats = prompts.indices.flatMap { prompt in
        dealt[prompt].indices.filter { dealt[prompt][$0] == place }.map { (prompt, $0) }
      }
      guard !seats.isEmpty else { continue }
      let model = rivals.models[place]
      let answers = try draw(
        seats.map { prompts[$0.0] }, model ?? policy.decoder, mixedWith: model == nil ? own : nil,
        each: 1, stream: "opponent-\(step)/\(place)", &costs)
      for (seat, answer) in zip(seats, answers) { found[seat.0][seat.1] = answer.first }
    }
    return found.map { $0.compactMap(\.self) }
  }

  /// P(completion ≻ opponent's), completion after completion; nil where the oracle has no answer.
  private func preferences(
    _ oracle: any PreferenceOracle, _ completions: [[Completion]], _ opponents: [[Completion]],
    _ prompts: [PromptSettings.Prompt], _ costs: inout RolloutCosts
  ) throws -> [Double?] {
    let questions = zip(prompts, zip(completions, opponents)).flatMap { prompt, pair in
      zip(pair.0, pair.1).map {
        PreferenceQuestion(
          prompt: prompt.dialogue, first: policy.text(of: $0, after: prompt.tokens),
          second: policy.text(of: $1, after: prompt.tokens))
      }
    }
    let answers = try oracle.preferences(questions)
    guard answers.count == questions.count,
      answers.allSatisfy({ $0.map((0...1).contains) ?? true })
    else {
      throw TrainingError.unusable(
        "\(oracle.name) gave no probability for each of \(questions.count) comparisons")
    }
    costs.rewardCalls += questions.count
    return answers
  }

  /// `[prompt][completion]`; empty without a reward. Where an oracle says what completions are worth,
  /// the reward only measures, and its calls are not counted.
  private func rewards(
    of completions: [[Completion]], _ prompts: [PromptSettings.Prompt], step: Int,
    _ costs: inout RolloutCosts
  ) throws -> [[Double]] {
    guard let reward else { return [] }
    let texts = zip(prompts, completions).map { prompt, completions in
      completions.map { policy.text(of: $0, after: prompt.tokens) }
    }
    let rewards = try reward.rewards(of: texts, after: prompts.map(\.dialogue))
    if oracle == nil { costs.rewardCalls += texts.joined().count }
    for (prompt, rewards) in zip(prompts, rewards) {
      guard let wrong = rewards.first(where: { !$0.isFinite }) else { continue }
      throw TrainingError.unusable(
        "step \(step + 1): \(reward.name) gives a completion of prompt \(prompt.id) the reward "
          + "\(wrong)")
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
    // A result for each prompt: its completions' episodes.
    let found = try ranks.cut(Array(drawn.prompts.indices)) { prompts in
      try stride(from: 0, to: prompts.count, by: settings.part).flatMap { start in
        let part = Array(prompts[start..<min(start + settings.part, prompts.count)])
        return try episodes(of: part, in: drawn, worth: worth, critic: critic)
      }
    }
    return found.flatMap(\.self)
  }

  /// The episodes of each of some prompts.
  private func episodes(
    of part: [Int], in drawn: Experience, worth: [Double], critic: Decoder?
  ) throws -> [[Episode]] {
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
    let episodes = zip(drawn.members(of: part), targets.lengths).map { member, length in
      let range = next..<next + length
      next += length
      return Episode(
        old: Array(own[range]), reference: Array(theirs[range]),
        values: critic == nil ? [] : Array(values[range]), reward: worth[member])
    }
    return part.indices.map {
      Array(episodes[$0 * drawn.samples..<($0 + 1) * drawn.samples])
    }
  }
}
