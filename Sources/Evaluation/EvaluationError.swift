/// An evaluation that cannot start.
public enum EvaluationError: Error, Equatable, Sendable, CustomStringConvertible {
  case noPrompts
  case repeatedPrompt(String)
  case repeatedPolicy(String)
  /// A prompt and a completion of the greatest length exceed a model's context.
  case promptTooLong(prompt: String, tokens: Int, maxTokens: Int, positions: Int, policy: String)
  /// A policy's own tokenizer or chat template refuses it.
  case unreadablePrompt(prompt: String, problem: String)

  public var description: String {
    switch self {
    case .noPrompts:
      "there is no prompt to evaluate on; check the data's split and the limit 'prompts'"
    case .repeatedPrompt(let id):
      "prompt id '\(id)' occurs twice; give every prompt an id of its own"
    case .repeatedPolicy(let id):
      "policy id '\(id)' occurs twice; evaluate each checkpoint once, the reference included"
    case .promptTooLong(let prompt, let tokens, let maxTokens, let positions, let policy):
      "prompt '\(prompt)' has \(tokens) tokens and max_tokens is \(maxTokens), but the context of "
        + "'\(policy)' holds \(positions); lower max_tokens or shorten the prompt"
    case .unreadablePrompt(let prompt, let problem):
      "prompt '\(prompt)': \(problem)"
    }
  }
}
