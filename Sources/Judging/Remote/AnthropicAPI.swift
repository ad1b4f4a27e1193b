import Foundation
import Runs

/// The messages of Anthropic.
public enum AnthropicAPI: RemoteAPI {
  public static let name = "anthropic"
  public static let defaultAddress = "https://api.anthropic.com/v1"
  public static let defaultKeyVariable = "ANTHROPIC_API_KEY"
  public static let path = "/messages"
  public static let givesProbabilities = false
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

  private struct Body: Decodable {
    struct Block: Decodable {
      var type: String
      var text: String?
    }
    struct Usage: Decodable {
      var inputTokens: Int
      var outputTokens: Int
      var cacheCreationInputTokens: Int?
      var cacheReadInputTokens: Int?
    }
    var content: [Block]
    var stopReason: String?
    var usage: Usage?
    var model: String?
  }

  public static func reply(
    _ data: Data, wantsProbabilities: Bool
  ) throws(BadReply) -> RemoteReply {
    let body = try WireJSON.decode(Body.self, data)
    let text = body.content.filter { $0.type == "text" }.compactMap(\.text).joined()
    let end: RemoteReply.End
    switch body.stopReason {
    case "refusal": end = .refusal
    case "max_tokens": end = .length
    case "tool_use": throw BadReply("the model calls a tool instead of answering")
    default: end = .complete
    }
    if body.content.isEmpty, end == .complete {
      throw BadReply("'content' of the body is empty")
    }
    return RemoteReply(
      text: text, end: end,
      usage: body.usage.map {
        TokenUsage(
          input: $0.inputTokens + ($0.cacheCreationInputTokens ?? 0)
            + ($0.cacheReadInputTokens ?? 0), output: $0.outputTokens)
      },
      model: body.model, probabilities: nil)
  }
}
