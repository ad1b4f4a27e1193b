import Foundation
import HTTP
import Runs

/// What chat and plain completions of OpenAI's form have in common.
public enum OpenAIForm {
  /// The first choice of a reply.
  ///
  /// - Throws: ``BadReply`` with the words of an error that stands in its place.
  public static func choice(_ body: WireValue) throws(BadReply) -> WireValue {
    if let error = body["error"], let words = ServerWords(error) {
      throw BadReply(words)
    }
    guard let choices = body["choices"] else {
      throw BadReply(body, orElse: "the body has no 'choices'")
    }
    guard let list = choices.list else { throw BadReply("'choices' of the body is not a list") }
    guard let first = list.first else { throw BadReply("'choices' of the body is empty") }
    return first
  }

  /// How a reply ended; only reasons that are known to end a whole reply count as such.
  ///
  /// Servers differ in case and word: `stop`, `STOP`, `eos`. None at all is `stop`, as simple servers
  /// have it.
  public static func end(_ choice: WireValue) -> RemoteReply.End {
    if let error = choice["error"], let words = ServerWords(error) {
      return .unfinished("the reply ends in an error: \(words.message)")
    }
    guard let reason = choice["finish_reason"] else { return .complete }
    guard let word = reason.text else {
      return .unfinished("the reply ends for no readable reason")
    }
    switch word.lowercased() {
    case "stop", "eos", "eos_token", "end_turn", "stop_sequence", "complete": return .complete
    case "length", "max_tokens", "model_length", "max_output_tokens",
      "model_context_window_exceeded":
      return .length
    case "content_filter", "content_filtered", "safety", "recitation", "blocklist",
      "prohibited_content", "spii", "sensitive", "refusal", "guardrail_intervened":
      return .refusal
    case "tool_calls", "function_call", "tool_use":
      return .unfinished("the model calls a tool instead of answering")
    default:
      return .unfinished("the reply ends with '\(ServerWords.line(String(word.prefix(60))))'")
    }
  }

  /// Nil where a count is missing or cannot be true: book-keeping never costs a verdict.
  public static func usage(_ body: WireValue) -> TokenUsage? {
    let usage = body["usage"]
    return TokenUsage(
      input: usage?["prompt_tokens"], output: usage?["completion_tokens"],
      reasoning: usage?["completion_tokens_details"]?["reasoning_tokens"])
  }

  /// A text, or the texts among parts; reasoning is none of them. Nil where there is neither.
  ///
  /// - Throws: ``BadReply`` where it is something else.
  static func text(_ content: WireValue?, at place: String) throws(BadReply) -> String? {
    switch content {
    case nil: return nil
    case .text(let text)?: return text
    case .object?: return content?["text"]?.text
    case .list(let parts)?:
      let texts = parts.compactMap { part -> String? in
        if let text = part.text { return text }
        let kind = part["type"]?.text ?? "text"
        return ["text", "output_text"].contains(kind) ? part["text"]?.text : nil
      }
      return texts.isEmpty ? nil : texts.joined()
    default: throw BadReply("'\(place)' of the body has the wrong type")
    }
  }
}

extension BadReply {
  /// An error with a good status.
  public init(_ words: ServerWords) {
    self.words = words
    problem = "answers 200 with an error"
  }
}

extension TokenUsage {
  /// No request has more tokens than this.
  private static let most = 1_000_000_000

  /// Nil where a count that is needed is missing or cannot be true.
  public init?(input: WireValue?, output: WireValue?, reasoning: WireValue? = nil) {
    guard let input = input?.count(upTo: Self.most), let output = output?.count(upTo: Self.most)
    else { return nil }
    self.init(input: input, output: output, reasoning: reasoning?.count(upTo: Self.most))
  }
}
