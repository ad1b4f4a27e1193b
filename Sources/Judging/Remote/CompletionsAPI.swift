import Foundation
import Runs

/// Plain completions of the OpenAI form, for models without a chat format.
public enum CompletionsAPI: RemoteAPI {
  public static let name = "completions"
  public static let defaultAddress = "https://api.openai.com/v1"
  public static let defaultKeyVariable = "OPENAI_API_KEY"
  public static let path = "/completions"
  public static let givesProbabilities = true
  public static let headers: [(name: String, value: String)] = []
  public static let keyHeader = (name: "Authorization", prefix: "Bearer ")

  private struct Request: Encodable {
    var model: String
    var prompt: String
    var temperature: Double?
    var seed: Int
    var maxTokens: Int
    var logprobs: Int?
  }

  public static func body(_ call: RemoteCall) throws -> Data {
    return try WireJSON.encode(
      Request(
        model: call.model, prompt: call.prompt.plain,
        temperature: call.temperature, seed: call.seed, maxTokens: call.maximumTokens,
        // The most that the service gives.
        logprobs: call.wantsProbabilities ? 5 : nil))
  }

  private struct Body: Decodable {
    struct Choice: Decodable {
      struct Probabilities: Decodable { var topLogprobs: [[String: Double]?]? }
      var text: String
      var finishReason: String?
      var logprobs: Probabilities?
    }
    struct Usage: Decodable {
      var promptTokens: Int
      var completionTokens: Int?
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
    var probabilities: [String: Double]?
    if wantsProbabilities {
      guard let first = choice.logprobs?.topLogprobs?.first, let tokens = first, !tokens.isEmpty
      else { throw BadReply.noProbabilities }
      probabilities = tokens.mapValues { exp($0) }
    }
    return RemoteReply(
      text: choice.text, end: try RemoteReply.End(finish: choice.finishReason, isRefusal: false),
      usage: body.usage.map {
        TokenUsage(input: $0.promptTokens, output: $0.completionTokens ?? 0)
      },
      model: body.model, probabilities: probabilities)
  }
}
