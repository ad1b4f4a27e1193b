import Policy
import Torch

/// Draws completions of prompts from a policy, each prompt with random numbers of its own.
///
/// The numbers come from a stream named after the policy and the prompt, so a completion does not
/// depend on which prompts are drawn beside it. Policies do not share numbers: with common ones, the
/// k·m comparisons of a win rate would hold k dependent pairs, and it would be biased.
struct Drawing {
  let model: LanguageModel
  /// Of the stream: `evaluation/<policy>`, `best-of`, `density`.
  let stream: String
  let settings: EvaluationSettings

  /// - Returns: `[prompt][completion]`.
  func completions(_ prompts: [EvaluationPrompt], count: Int) throws -> [[Completion]] {
    guard !prompts.isEmpty else { return [] }
    let numbers = try prompts.map { prompt in
      try Generator(seed: UInt64(settings.seed), stream: "\(stream)/\(prompt.id)")
        .uniform([count, settings.maxTokens])
    }
    let sampler = Sampler(
      model.decoder,
      model.sampling(temperature: settings.temperature, maxTokens: settings.maxTokens))
    return try sampler.sample(
      prompts.map(\.tokens), count: count, uniform: Tensor.concatenate(numbers, 0))
  }

  /// The text that a completion adds to its prompt's.
  ///
  /// Both are decoded together where that leaves the prompt's part alone, because some decoders
  /// treat the beginning of a text differently.
  func text(of completion: Completion, after prompt: EvaluationPrompt) -> String {
    let before = model.tokenizer.decode(prompt.tokens)
    let whole = model.tokenizer.decode(prompt.tokens + completion.tokens)
    guard whole.utf8.starts(with: before.utf8) else { return model.text(of: completion) }
    return String(decoding: whole.utf8.dropFirst(before.utf8.count), as: UTF8.self)
  }
}
