import Corpus
import Policy
import Torch

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

  private var subject: LanguageModel { policy.model }

  func chunk(_ index: Int, _ meter: inout CostMeter) throws -> SampledChunk {
    let start = index * settings.batch
    let range = start..<min(start + settings.batch, prompts.count)
    let part = Array(policy.prompts[range])
    let drawing = Drawing(model: subject, stream: "evaluation", settings: settings)
    let completions = try meter.measure("sample") { amount in
      let drawn = try drawing.completions(part, count: settings.samples)
      amount.tokens = drawn.joined().reduce(0) { $0 + $1.tokens.count }
      return drawn
    }
    let texts = zip(part, completions).map { prompt, drawn in
      drawn.map { drawing.text(of: $0, after: prompt) }
    }
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
    let tokens = completions.map { $0.map(\.tokens) }
    let scores = try meter.measure("score") { amount in
      amount.tokens = tokens.joined().joined().count
      return try exact.sums(tokens, of: part.map(\.tokens))
    }
    let perplexities = try meter.measure("perplexity") { amount in
      let found = try scored(
        part, as: Array(prompts[range]), completions, texts, scores)
      amount.tokens = found.joined().reduce(0) { $0 + $1.tokens }
      return found
    }
    let pairs = try meter.measure("score") { _ in try pairRows(part) }
    return SampledChunk(
      prompts: part.indices.map { prompt in
        PromptRows(
          prompt: part[prompt].id,
          samples: completions[prompt].indices.map { sample in
            let score = scores[prompt][sample]
            return SampleRow(
              tokens: tokens[prompt][sample], text: texts[prompt][sample],
              finished: completions[prompt][sample].isFinished,
              logProbability: score.logProbability,
              referenceLogProbability: policy.sharesTokens ? score.reference : nil,
              divergence: policy.sharesTokens ? score.divergence : nil, entropy: score.entropy,
              reward: rewards?[prompt][sample], heldOutReward: heldOutRewards?[prompt][sample],
              scorerLogProbability: perplexities[prompt][sample].logProbability,
              scorerTokens: perplexities[prompt][sample].tokens)
          }, pairs: pairs[prompt])
      })
  }

  private var exact: ExactScores {
    ExactScores(
      policy: subject.decoder, reference: policy.sharesTokens ? reference?.decoder : nil,
      temperature: settings.temperature)
  }

  /// log-probabilities of the completions under the scorer, and how many tokens they are to it.
  ///
  /// - Parameter given: the prompts as the reference reads them, and whoever has its tokenizer.
  private func scored(
    _ part: [EvaluationPrompt], as given: [EvaluationPrompt], _ drawn: [[Completion]],
    _ texts: [[String]],
    _ scores: [[ExactScores.Sums]]
  ) throws -> [[(logProbability: Double, tokens: Int)]] {
    let model = scorer.model
    var completions = drawn.map { $0.map(\.tokens) }
    var prompts = given.map(\.tokens)
    if scorerIsReference, policy.sharesTokens, settings.temperature == 1 {
      return zip(completions, scores).map { ids, sums in
        zip(ids, sums).map { ($1.reference, $0.count) }
      }
    }
    // Another tokenizer reads the text; the same one scores the sampled ids.
    if model.tokenizer.hash != subject.tokenizer.hash
      || zip(part, given).contains(where: { $0.tokens != $1.tokens })
    {
      let readings = try part.indices.map { index in
        // A cut completion has no end to score, but one without any text has nothing else.
        let areEnded = zip(drawn[index], texts[index]).map { $0.isFinished || $1.isEmpty }
        return try model.read(part[index].dialogue, texts[index], areEnded: areEnded)
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

  private func pairRows(_ part: [EvaluationPrompt]) throws -> [[PairRow]] {
    // Log-ratios are of one text in the same tokens under both.
    guard policy.sharesTokens else { return part.map { _ in [] } }
    var owners: [Int] = []
    var readings: [Reading] = []
    for (index, prompt) in part.enumerated() {
      for pair in prompt.pairs {
        owners.append(index)
        readings.append(
          try pair.drawn.map { Reading(prompt: prompt.tokens, completions: $0) }
            ?? subject.read(prompt.dialogue, [pair.chosen, pair.rejected]))
      }
    }
    let scores = try exact.sums(readings.map(\.completions), of: readings.map(\.prompt))
    var rows = part.map { _ in [PairRow]() }
    for (owner, sums) in zip(owners, scores) {
      rows[owner].append(
        PairRow(
          chosen: sums[0].logProbability, rejected: sums[1].logProbability,
          referenceChosen: sums[0].reference, referenceRejected: sums[1].reference))
    }
    return rows
  }
}
