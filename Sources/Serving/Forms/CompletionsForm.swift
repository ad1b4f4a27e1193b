import Foundation
import HTTP
import Judging
import Runs

/// `/completions` in OpenAI's form, with what vLLM and llama.cpp add to it where they are asked.
///
/// Source: OpenAI's API reference, completions; vLLM 0.32, "OpenAI-Compatible Server", whose
/// `return_token_ids` gives the ids back.
enum CompletionsForm: ServingForm {
  static let path = "/completions"
  static let parts: Set<Dialect.Part> = [.promptIDs, .tokenIDs, .probabilities, .seed]

  private struct Request: Encodable {
    enum Prompt: Encodable {
      case ids([Int])
      case text(String)

      func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .ids(let ids): try container.encode(ids)
        case .text(let text): try container.encode(text)
        }
      }
    }

    var model: String
    var prompt: Prompt
    var maxTokens: Int
    var temperature: Double
    var topP: Double
    var topK: Int?
    var seed: Int?
    var logprobs: Int?
    var echo: Bool?
    var returnTokenIds: Bool?
  }

  static func body(_ call: ServedCall) throws -> Data {
    try WireBody.encode(
      Request(
        model: call.model,
        prompt: call.sends(.promptIDs) ? .ids(call.ids) : .text(call.text),
        maxTokens: call.maxTokens, temperature: call.temperature, topP: call.topP,
        topK: call.topK, seed: call.sends(.seed) ? call.seed : nil,
        logprobs: call.sends(.probabilities) ? 1 : nil, echo: call.isScoring ? true : nil,
        returnTokenIds: call.sends(.tokenIDs) && !call.isScoring ? true : nil))
  }

  static func reply(_ body: WireValue, to call: ServedCall) throws(BadReply) -> ServedReply {
    let choice = try OpenAIForm.choice(body)
    var reply = ServedReply()
    reply.usage = OpenAIForm.usage(body)
    reply.end = OpenAIForm.end(choice)
    let told = choice["logprobs"]
    var values = told?["token_logprobs"]?.optionalNumbers
    var pieces = told?["tokens"]?.list?.compactMap(\.text)
    // llama.cpp writes the newer form here, with ids.
    let content = told?["content"]?.list
    if values == nil, let content {
      values = content.map { $0["logprob"]?.number }
      pieces = content.compactMap { $0["token"]?.text }
    }
    if let found = pieces, found.count != values?.count { pieces = nil }
    if call.isScoring {
      // The prompt comes back in front of what was drawn; its first token has no log-probability.
      guard let values, values.count >= call.ids.count else { return reply }
      reply.scores = Array(values[(call.ids.count - call.scored)..<call.ids.count])
      return reply
    }
    guard let text = choice["text"]?.text else {
      throw BadReply("the body has no 'choices.0.text'")
    }
    reply.text = text
    reply.logProbabilities = values
    let written = pieces.map { $0.compactMap(writtenID) }
    let listed = content?.compactMap { $0["id"]?.count(upTo: Int(Int32.max)) }
    reply.ids =
      choice["token_ids"]?.ids
      ?? (written.flatMap { $0.isEmpty || $0.count != pieces?.count ? nil : $0 })
      ?? (listed.flatMap { $0.isEmpty || $0.count != content?.count ? nil : $0 })
    reply.pieces = reply.ids == nil ? pieces : nil
    reply.endID = choice["stop_reason"]?.count(upTo: Int(Int32.max))
    return reply
  }
}
