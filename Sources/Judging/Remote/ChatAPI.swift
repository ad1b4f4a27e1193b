import Foundation
import Runs

/// Chat completions as OpenAI, vLLM, SGLang, llama.cpp, Ollama and others serve them.
public enum ChatAPI: RemoteAPI {
  public static let name = "chat"
  public static let defaultAddress = "https://api.openai.com/v1"
  public static let defaultKeyVariable = "OPENAI_API_KEY"
  public static let path = "/chat/completions"
  public static let givesProbabilities = true
  public static let headers: [(name: String, value: String)] = []
  public static let keyHeader = (name: "Authorization", prefix: "Bearer ")

  private struct Request: Encodable {
    struct Message: Encodable {
      var role: String
      var content: String
    }
    var model: String
    var messages: [Message]
    var temperature: Double?
    var seed: Int
    var maxTokens: Int?
    var maxCompletionTokens: Int?
    var logprobs: Bool?
    var topLogprobs: Int?
  }

  public static func body(_ call: RemoteCall) throws -> Data {
    var messages: [Request.Message] = []
    if !call.prompt.system.isEmpty {
      messages.append(.init(role: "system", content: call.prompt.system))
    }
    messages.append(.init(role: "user", content: call.prompt.user))
    return try WireJSON.encode(
      Request(
        model: call.model, messages: messages, temperature: call.temperature, seed: call.seed,
        // The service has given up the older name, and other servers do not know the newer one.
        maxTokens: call.isPublicService ? nil : call.maximumTokens,
        maxCompletionTokens: call.isPublicService ? call.maximumTokens : nil,
        logprobs: call.wantsProbabilities ? true : nil,
        // The most that the service gives.
        topLogprobs: call.wantsProbabilities ? 20 : nil))
  }

  private struct Body: Decodable {
    struct Choice: Decodable {
      struct Message: Decodable {
        var content: String?
        var refusal: String?
      }
      struct Probabilities: Decodable {
        struct Position: Decodable {
          struct Token: Decodable {
            var token: String
            var logprob: Double
          }
          var topLogprobs: [Token]?
        }
        var content: [Position]?
      }
      var message: Message
      var finishReason: String?
      var logprobs: Probabilities?
    }
    struct Usage: Decodable {
      struct Details: Decodable { var reasoningTokens: Int? }
      var promptTokens: Int
      var completionTokens: Int?
      var completionTokensDetails: Details?
    }
    var choices: [Choice]
    var usage: Usage?
    var model: String?
  }

  public static func reply(
    _ data: Data, wantsProbabilities: Bool
  ) throws(BadReply) -> RemoteReply {
    let body = try WireJSON.decode(Body.self, data)
    guard let choice = body.choices.first else { throw BadReply("'choices' of the body is empty") }
    let usage = body.usage.map {
      TokenUsage(
        input: $0.promptTokens, output: $0.completionTokens ?? 0,
        reasoning: $0.completionTokensDetails?.reasoningTokens)
    }
    let end = try RemoteReply.End(
      finish: choice.finishReason, isRefusal: choice.message.refusal?.isEmpty == false)
    guard let text = choice.message.content ?? choice.message.refusal ?? (end == .length ? "" : nil)
    else { throw BadReply("'choices.0.message.content' of the body is null") }
    var probabilities: [String: Double]?
    if wantsProbabilities {
      guard let tokens = choice.logprobs?.content?.first?.topLogprobs, !tokens.isEmpty else {
        throw BadReply.noProbabilities
      }
      probabilities = Dictionary(
        tokens.map { ($0.token, exp($0.logprob)) }, uniquingKeysWith: { max($0, $1) })
    }
    return RemoteReply(
      text: text, end: end, usage: usage, model: body.model, probabilities: probabilities)
  }
}

extension BadReply {
  static let noProbabilities = BadReply(
    "sends no log-probabilities; start it so that it does, or take a template with a written verdict",
    isLasting: true)
}

extension RemoteReply.End {
  /// Reads `finish_reason` as OpenAI and its kin write it.
  init(finish: String?, isRefusal: Bool) throws(BadReply) {
    switch finish {
    case _ where isRefusal, "content_filter": self = .refusal
    case "stop", nil: self = .complete
    case "length": self = .length
    case "tool_calls", "function_call":
      throw BadReply("the model calls a tool instead of answering")
    case .some: self = .complete
    }
  }
}
