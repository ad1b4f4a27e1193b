/// An evaluation that cannot start.
public enum EvaluationError: Error, Equatable, Sendable, CustomStringConvertible {
  case noPrompts
  case repeatedPrompt(String)
  case repeatedPolicy(String)
  /// A prompt and a completion of the greatest length exceed a model's context.
  case promptTooLong(prompt: String, tokens: Int, maxTokens: Int, positions: Int, policy: String)
  /// Per-token divergences need one vocabulary.
  case differentTokenizers(policy: String, reference: String)
  /// Per-token divergences need as many rows of the output head.
  case differentRows(policy: String, rows: Int, reference: String, others: Int)
  /// A reward gave another number of values than there were texts.
  case rewardCount(name: String, texts: Int, values: Int)

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
    case .differentTokenizers(let policy, let reference):
      "'\(policy)' and the reference '\(reference)' have different tokenizers, so their "
        + "probabilities cannot be compared token by token; choose a reference with the same one"
    case .differentRows(let policy, let rows, let reference, let others):
      "'\(policy)' has \(rows) rows in its output head and the reference '\(reference)' \(others), so "
        + "their probabilities cannot be compared token by token; give both the same padding"
    case .rewardCount(let name, let texts, let values):
      "reward '\(name)' gave \(values) values for \(texts) texts"
    }
  }
}
