import Policy
import Torch

/// Draws completions of prompts from a policy.
///
/// All policies draw with common random numbers, so that differences between them are those of the
/// policies and not of luck. A policy's sample and another's of the same place are no independent draws;
/// win rates compare the others.
struct Drawing {
  let model: LanguageModel
  /// Of the random numbers: `evaluation`, `best-of`, `density`.
  let stream: String
  let settings: EvaluationSettings

  /// - Returns: `[prompt][completion]`.
  func completions(_ prompts: [EvaluationPrompt], count: Int) throws -> [[Completion]] {
    guard !prompts.isEmpty else { return [] }
    let numbers = try DrawingNumbers(seed: UInt64(settings.seed), stream: stream)
      .rows(of: prompts.map(\.id), count: count, length: settings.maxTokens)
    return try Sampler(model.decoder, settings.sampling(of: model))
      .sample(prompts.map(\.tokens), count: count, uniform: numbers)
  }

  /// The text that a completion adds to its prompt's.
  func text(of completion: Completion, after prompt: EvaluationPrompt) -> String {
    model.text(of: completion, after: prompt.tokens)
  }
}
