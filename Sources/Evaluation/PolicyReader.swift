import Policy
import Runs

/// A policy with the prompts as it reads them, and whether that is as the reference does.
///
/// Policies of one tokenizer read the reference's ids, so that their probabilities can be compared token
/// by token. Others read each prompt as their own tokenizer and chat template write it; divergences from
/// the reference are then not defined on what they sample.
struct PolicyReader {
  /// Where the policy is.
  enum Place {
    case here(LanguageModel)
    case server(any ServedPolicy)
  }

  let place: Place
  let prompts: [EvaluationPrompt]
  /// One vocabulary, and the same ids for every prompt.
  let sharesTokens: Bool

  /// - Throws: `PolicyError.input` for a policy in a server.
  var model: LanguageModel {
    get throws {
      switch place {
      case .here(let model): return model
      case .server(let policy):
        throw PolicyError.input("\(policy.name) \(ServerName.refusal)")
      }
    }
  }

  var reader: ModelReader {
    switch place {
    case .here(let model): model.reader
    case .server(let policy): policy.reader
    }
  }

  /// The reference.
  init(_ model: LanguageModel, _ prompts: [EvaluationPrompt]) {
    place = .here(model)
    self.prompts = prompts
    sharesTokens = true
  }

  /// - Throws: ``EvaluationError/unreadablePrompt(prompt:problem:)``.
  init(_ place: Place, _ prompts: [EvaluationPrompt], beside reference: PolicyReader) throws {
    self.place = place
    let reader =
      switch place {
      case .here(let model): model.reader
      case .server(let policy): policy.reader
      }
    let (own, other) = (reader.tokenizer, reference.reader.tokenizer)
    let isOneTokenizer = own.hash == other.hash
    let isOneTemplate = own.chatTemplate?.source == other.chatTemplate?.source
    self.prompts = try prompts.map { prompt in
      var prompt = prompt
      // The words of a cut prefix need not be read as its ids again: who can, keeps the ids.
      if case .text = prompt.dialogue, isOneTokenizer { return prompt }
      if isOneTokenizer, isOneTemplate { return prompt }
      do {
        prompt.tokens = try reader.prompt(prompt.dialogue)
      } catch {
        throw EvaluationError.unreadablePrompt(prompt: prompt.id, problem: "\(error)")
      }
      return prompt
    }
    // How many rows the head of a server's model has is not known; ids beyond the tokenizer are refused.
    let vocabs = [place, reference.place].compactMap { place -> Int? in
      if case .here(let model) = place { model.decoder.configuration.vocab } else { nil }
    }
    sharesTokens =
      isOneTokenizer && Set(vocabs).count == 1
      && zip(self.prompts, prompts).allSatisfy { $0.tokens == $1.tokens }
  }
}

extension EvaluationPrompt {
  /// On its way to a server.
  var served: ServedPrompt { ServedPrompt(id: id, dialogue, tokens: tokens) }
}
