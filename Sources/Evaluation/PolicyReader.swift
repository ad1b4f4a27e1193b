import Policy
import Runs

/// A policy with the prompts as it reads them, and whether that is as the reference does.
///
/// Policies of one tokenizer read the reference's ids, so that their probabilities can be compared token
/// by token. Others read each prompt as their own tokenizer and chat template write it; divergences from
/// the reference are then not defined on what they sample.
struct PolicyReader {
  let model: LanguageModel
  let prompts: [EvaluationPrompt]
  /// One vocabulary, and the same ids for every prompt.
  let sharesTokens: Bool

  /// The reference.
  init(_ model: LanguageModel, _ prompts: [EvaluationPrompt]) {
    self.model = model
    self.prompts = prompts
    sharesTokens = true
  }

  /// - Throws: ``EvaluationError/unreadablePrompt(prompt:problem:)``.
  init(
    _ model: LanguageModel, _ prompts: [EvaluationPrompt], beside reference: PolicyReader
  ) throws {
    self.model = model
    let (own, other) = (model.tokenizer, reference.model.tokenizer)
    let isOneTokenizer = own.hash == other.hash
    let isOneTemplate = own.chatTemplate?.source == other.chatTemplate?.source
    self.prompts = try prompts.map { prompt in
      var prompt = prompt
      // The words of a cut prefix need not be read as its ids again: who can, keeps the ids.
      if case .text = prompt.dialogue, isOneTokenizer { return prompt }
      if isOneTokenizer, isOneTemplate { return prompt }
      do {
        prompt.tokens = try model.prompt(prompt.dialogue)
      } catch {
        throw EvaluationError.unreadablePrompt(prompt: prompt.id, problem: "\(error)")
      }
      return prompt
    }
    sharesTokens =
      isOneTokenizer
      && model.decoder.configuration.vocab == reference.model.decoder.configuration.vocab
      && zip(self.prompts, prompts).allSatisfy { $0.tokens == $1.tokens }
  }
}
