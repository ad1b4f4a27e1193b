import Foundation
import HTTP
import Runs

/// Plain completions of the OpenAI form, for models without a chat format.
public enum CompletionsAPI: RemoteAPI {
  public static let name = "completions"
  public static let defaultAddress = "https://api.openai.com/v1"
  public static let defaultKeyVariable = "OPENAI_API_KEY"
  public static let path = "/completions"
  public static let topLogprobs = 5
  public static let parts: Set<Dialect.Part> = [.seed, .temperature]
  public static let lengthKeys: [Dialect.LengthKey] = [.older]
  public static let headers: [(name: String, value: String)] = []
  public static let keyHeader = (name: "Authorization", prefix: "Bearer ")

  private struct Request: Encodable {
    var model: String
    var prompt: String
    var temperature: Double?
    var seed: Int?
    var maxTokens: Int
    var logprobs: Int?
  }

  public static func body(_ call: RemoteCall) throws -> Data {
    return try WireJSON.encode(
      Request(
        model: call.model, prompt: call.prompt.plain, temperature: call.temperature,
        seed: call.seed, maxTokens: call.maximumTokens, logprobs: call.topLogprobs))
  }

  public static func reply(_ body: WireValue) throws(BadReply) -> RemoteReply {
    let choice = try OpenAIForm.choice(body)
    let end = OpenAIForm.end(choice)
    let text = try OpenAIForm.text(choice["text"], at: "choices.0.text")
    if text == nil, end == .complete, choice["logprobs"] == nil {
      throw BadReply("the body has no 'choices.0.text'")
    }
    return RemoteReply(
      text: text ?? "", end: end, usage: OpenAIForm.usage(body), model: body["model"]?.text,
      probabilities: TokenProbabilities(choice["logprobs"]))
  }
}
