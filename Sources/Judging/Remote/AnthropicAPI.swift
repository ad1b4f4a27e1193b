import Foundation
import HTTP
import Runs

/// The messages of Anthropic.
public enum AnthropicAPI: RemoteAPI {
  public static let name = "anthropic"
  public static let defaultAddress = "https://api.anthropic.com/v1"
  public static let defaultKeyVariable = "ANTHROPIC_API_KEY"
  public static let path = "/messages"
  public static let topLogprobs = 0
  public static let parts: Set<Dialect.Part> = [.system, .temperature]
  public static let lengthKeys: [Dialect.LengthKey] = [.older]
  public static let headers = [(name: "anthropic-version", value: "2023-06-01")]
  public static let keyHeader = (name: "x-api-key", prefix: "")

  private struct Request: Encodable {
    struct Message: Encodable {
      var role: String
      var content: String
    }
    var model: String
    var maxTokens: Int
    var messages: [Message]
    var system: String?
    var temperature: Double?
  }

  public static func body(_ call: RemoteCall) throws -> Data {
    return try WireJSON.encode(
      Request(
        model: call.model, maxTokens: call.maximumTokens,
        messages: [.init(role: "user", content: call.prompt.user)],
        system: call.prompt.system.isEmpty ? nil : call.prompt.system,
        temperature: call.temperature))
  }

  public static func reply(_ body: WireValue) throws(BadReply) -> RemoteReply {
    if let error = body["error"], let words = ServerWords(error) { throw BadReply(words) }
    guard let content = body["content"] else {
      throw BadReply(body, orElse: "the body has no 'content'")
    }
    let text = try OpenAIForm.text(content, at: "content")
    return RemoteReply(
      text: text ?? "", end: Self.end(body["stop_reason"]), usage: Self.usage(body["usage"]),
      model: body["model"]?.text, probabilities: nil)
  }

  /// Only reasons that are known to end a whole reply count as such.
  private static func end(_ reason: WireValue?) -> RemoteReply.End {
    guard let reason else { return .complete }
    switch reason.text {
    case "end_turn", "stop_sequence": return .complete
    case "max_tokens", "model_context_window_exceeded": return .length
    case "refusal": return .refusal
    case "tool_use": return .unfinished("the model calls a tool instead of answering")
    case let word:
      return .unfinished(
        "the reply ends with '\(ServerWords.line(String((word ?? "").prefix(60))))'")
    }
  }

  /// What was written to a cache and read from it was read by the model all the same.
  private static func usage(_ usage: WireValue?) -> TokenUsage? {
    guard var sum = TokenUsage(input: usage?["input_tokens"], output: usage?["output_tokens"])
    else { return nil }
    for key in ["cache_creation_input_tokens", "cache_read_input_tokens"] {
      guard let cached = usage?[key] else { continue }
      guard let one = TokenUsage(input: cached, output: .number(0)) else { return nil }
      sum = sum + one
    }
    return sum
  }
}
