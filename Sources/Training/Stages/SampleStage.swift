import Corpus
import Foundation
import Policy
import Recipe
import Runs
import Torch

/// Draws candidates for prompts and scores them with a reward.
public struct SampleStage: Stage {
  public static let kind = "sample"
  public static let product = StageProduct.candidates
  public static let repeatsPerSeed = true

  let policy: ModelSource
  let prompts: PromptSettings
  let perPrompt: Int
  let temperature: Double
  let maxTokens: Int
  let reward: RewardSource?
  /// Prompts sampled together.
  let chunk: Int

  public init(from section: Section, _ names: RecipeNames) {
    policy = names.model("policy", in: section)
    prompts = PromptSettings(from: section, names)
    // 4 candidates, as in the EXO paper's evaluation.
    perPrompt = section.int("per_prompt", default: 4, in: 1...4096)
    temperature = section.double("temperature", default: 1, above: 0, atMost: 10)
    maxTokens = section.int("max_tokens", default: 64, in: 1...1_000_000)
    reward = names.reward("reward", in: section)
    chunk = section.int("chunk", default: 32, in: 1...65_536)
  }

  public var inputs: [String] { [policy.stage, reward?.stage].compactMap { $0 } }

  public func run(_ context: StageContext) throws -> StageResult {
    let model = try context.model(policy)
    let reward = try self.reward.map(context.reward)
    let prompts = try prompts.prompts(model)
    let sampler = Sampler(
      model.decoder, model.sampling(temperature: temperature, maxTokens: maxTokens))
    let journal = try Journal<CandidateRow>(context.directory.rows)
    // Only whole chunks are kept, so that what is drawn again sees the batch it saw before.
    let begun = journal.count / chunk * chunk
    try journal.truncate(toCount: min(begun, prompts.count))
    var result = StageResult(tokens: 0)
    let seed = context.seed(for: "samples")
    let clock = ContinuousClock()
    let start = clock.now
    for first in stride(from: journal.count, to: prompts.count, by: chunk) {
      let part = Array(prompts[first..<min(first + chunk, prompts.count)])
      let generator = try Generator(seed: seed, stream: "chunk-\(first)")
      let uniform = try generator.uniform([part.count * perPrompt, maxTokens])
      let completions = try sampler.sample(
        part.map(\.tokens), count: perPrompt, uniform: uniform)
      var rows = zip(part, completions).map { prompt, completions in
        CandidateRow(
          id: prompt.id, prompt: prompt.text, promptTokens: prompt.tokens,
          candidates: completions.map {
            CandidateRow.Candidate(
              tokens: $0.tokens, text: model.text(of: $0, after: prompt.tokens),
              isFinished: $0.isFinished,
              logProbability: $0.logProbability, reward: nil)
          })
      }
      if let reward {
        let texts = rows.flatMap { row in row.candidates.map { row.prompt + $0.text } }
        let scores = try reward.rewards(of: texts)
        for index in rows.indices {
          for place in 0..<perPrompt {
            rows[index].candidates[place].reward = scores[index * perPrompt + place]
          }
        }
        result.oracleCalls += texts.count
      }
      for row in rows {
        try journal.append(row)
        result.tokens += row.candidates.reduce(0) { $0 + $1.tokens.count }
      }
      let done = first + part.count
      let elapsed = (clock.now - start).seconds
      context.progress(
        TrainingLoop.Progress(
          step: done, steps: prompts.count, metrics: [:],
          tokensPerSecond: Double(result.tokens) / max(elapsed, 1e-9),
          secondsLeft: elapsed / Double(done) * Double(prompts.count - done)))
      if context.shouldStop(), done < prompts.count {
        try journal.sync()
        result.isFinished = false
        return result
      }
    }
    try journal.sync()
    return result
  }
}
