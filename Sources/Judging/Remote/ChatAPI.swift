import Foundation
import HTTP
import Runs

/// Chat completions as OpenAI, vLLM, SGLang, llama.cpp, Ollama and others serve them.
public enum ChatAPI: RemoteAPI {
  public static let name = "chat"
  public static let defaultAddress = "https://api.openai.com/v1"
  public static let defaultKeyVariable = "OPENAI_API_KEY"
  public static let path = "/chat/completions"
  public static let topLogprobs = 20
  public static let parts: Set<Dialect.Part> = [.seed, .system, .temperature]
  public static let lengthKeys: [Dialect.LengthKey] = [.older, .newer]
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
    var seed: Int?
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
        maxTokens: call.lengthKey == .older ? call.maximumTokens : nil,
        maxCompletionTokens: call.lengthKey == .newer ? call.maximumTokens : nil,
        logprobs: call.wantsProbabilities ? true : nil, topLogprobs: call.topLogprobs))
  }

  public static func reply(_ body: WireValue) throws(BadReply) -> RemoteReply {
    let choice = try OpenAIForm.choice(body)
    var end = OpenAIForm.end(choice)
    let message = choice["message"]
    // Where the end says that there is no whole reply, there may be no message either.
    if end == .complete, message?.members == nil {
      throw BadReply("the body has no 'choices.0.message'")
    }
    let content = try OpenAIForm.text(message?["content"], at: "choices.0.message.content")
    let refusal = message?["refusal"]?.text ?? Self.refusal(message?["content"])
    if let refusal, !refusal.isEmpty, end == .complete || end == .length { end = .refusal }
    return RemoteReply(
      text: content ?? refusal ?? "", end: end, usage: OpenAIForm.usage(body),
      model: body["model"]?.text, probabilities: TokenProbabilities(choice["logprobs"]))
  }

  /// A refusal among the parts of a content.
  private static func refusal(_ content: WireValue?) -> String? {
    content?.list?.lazy.compactMap { $0["refusal"]?.text }.first
  }
}
