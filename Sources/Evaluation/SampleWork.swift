import Corpus
import Policy

/// Samples a policy, and scores what it wrote: rewards, divergences, perplexity.
struct SampleWork {
  let settings: EvaluationSettings
  let policy: PolicyReader
  /// Nil where the policy is the reference.
  let reference: LanguageModel?
  /// The prompts as the reference reads them.
  let prompts: [EvaluationPrompt]
  let scorer: PerplexityScorer
  /// The scorer's probabilities are the reference's at temperature 1, which are there already.
  let scorerIsReference: Bool
  let reward: RewardCalls?
  let heldOut: RewardCalls?

  func chunk(_ index: Int, _ meter: inout CostMeter) throws -> SampledChunk {
    let start = index * settings.batch
    let range = start..<min(start + settings.batch, prompts.count)
    let part = Array(policy.prompts[range])
    let drawn = try meter.measure("sample") { amount in
      let drawn = try draw(part)
      amount.tokens = drawn.joined().reduce(0) { $0 + $1.tokens.count }
      return drawn
    }
    let texts = drawn.map { $0.map(\.text) }
    let rewards = try reward.map { reward in
      try meter.measure("reward") { amount in
        amount.calls = texts.joined().count
        return try reward.values(texts, of: part)
      }
    }
    let heldOutRewards = try heldOut.map { heldOut in
      try meter.measure("held-out reward") { amount in
        amount.calls = texts.joined().count
        return try heldOut.values(texts, of: part)
      }
    }
    let scores = try meter.measure("score") { amount in
      amount.tokens = drawn.joined().reduce(0) { $0 + $1.tokens.count }
      return try self.scores(of: drawn, part)
    }
    let perplexities = try meter.measure("perplexity") { amount in
      let found = try scored(part, as: Array(prompts[range]), drawn, scores)
      amount.tokens = found.joined().reduce(0) { $0 + $1.tokens }
      return found
    }
    let pairs = try meter.measure("score") { _ in try pairRows(part) }
    return SampledChunk(
      prompts: part.indices.map { prompt in
        PromptRows(
          prompt: part[prompt].id,
          samples: drawn[prompt].indices.map { sample in
            let (one, score) = (drawn[prompt][sample], scores[prompt][sample])
            return SampleRow(
              tokens: one.tokens, text: one.text, finished: one.isFinished,
              logProbability: score.logProbability, referenceLogProbability: score.reference,
              divergence: score.divergence, entropy: score.entropy,
              reward: rewards?[prompt][sample], heldOutReward: heldOutRewards?[prompt][sample],
              scorerLogProbability: perplexities[prompt][sample].logProbability,
              scorerTokens: perplexities[prompt][sample].tokens)
          }, pairs: pairs[prompt])
      })
  }

  /// log-probabilities of the completions under the scorer, and how many tokens they are to it.
  ///
  /// - Parameter given: the prompts as the reference reads them, and whoever has its tokenizer.
  private func scored(
    _ part: [EvaluationPrompt], as given: [EvaluationPrompt], _ drawn: [[DrawnSample]],
    _ scores: [[SampleScores]]
  ) throws -> [[(logProbability: Double, tokens: Int)]] {
    let model = scorer.model
    var completions = drawn.map { $0.map(\.tokens) }
    var prompts = given.map(\.tokens)
    if scorerIsReference, policy.sharesTokens, settings.temperature == 1 {
      return zip(completions, scores).map { ids, scores in
        zip(ids, scores).map { ($1.reference ?? .nan, $0.count) }
      }
    }
    // Another tokenizer reads the text; the same one scores the sampled ids.
    if model.tokenizer.hash != policy.reader.tokenizer.hash
      || zip(part, given).contains(where: { $0.tokens != $1.tokens })
    {
      let readings = try part.indices.map { index in
        // A cut completion has no end to score, but one without any text has nothing else.
        let areEnded = drawn[index].map { $0.isFinished || $0.text.isEmpty }
        return try model.read(part[index].dialogue, drawn[index].map(\.text), areEnded: areEnded)
      }
      completions = readings.map(\.completions)
      prompts = readings.map(\.prompt)
    }
    let sums = try ExactScores(policy: model.decoder, reference: nil, temperature: 1)
      .sums(completions, of: prompts)
    return zip(completions, sums).map { ids, sums in
      zip(ids, sums).map { ($1.logProbability, $0.count) }
    }
  }
}
