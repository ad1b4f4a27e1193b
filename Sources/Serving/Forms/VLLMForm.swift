import Foundation
import HTTP
import Judging
import Runs

/// vLLM's tokens in, tokens out.
///
/// Source: vLLM 0.32, `vllm.entrypoints.serve.disagg.protocol`, `GenerateRequest` and
/// `GenerateResponse`; log-probabilities as its `logprobs_mode` has them, which is before the temperature
/// unless it was started otherwise.
enum VLLMForm: ServingForm {
  static let path = "/inference/v1/generate"
  static let parts: Set<Dialect.Part> = [.probabilities, .seed]

  private struct Request: Encodable {
    /// Whatever the model's `generation_config.json` says, a draw is what is asked for here.
    struct Sampling: Encodable {
      var n = 1
      var maxTokens: Int
      var temperature: Double
      var topP: Double
      var topK: Int
      var minP = 0.0
      var repetitionPenalty = 1.0
      var presencePenalty = 0.0
      var frequencyPenalty = 0.0
      var seed: Int?
      var stopTokenIds: [Int]
      var logprobs: Int?
      var promptLogprobs: Int?
    }

    var model: String
    var tokenIds: [Int]
    var samplingParams: Sampling
    var stream = false
  }

  static func body(_ call: ServedCall) throws -> Data {
    try WireBody.encode(
      Request(
        model: call.model, tokenIds: call.ids,
        samplingParams: .init(
          maxTokens: call.maxTokens, temperature: call.temperature, topP: call.topP,
          // 0 is all of them.
          topK: call.topK ?? 0, seed: call.sends(.seed) ? call.seed : nil,
          stopTokenIds: call.endTokens,
          logprobs: call.sends(.probabilities) && !call.isScoring ? 0 : nil,
          promptLogprobs: call.isScoring ? 0 : nil)))
  }

  static func reply(_ body: WireValue, to call: ServedCall) throws(BadReply) -> ServedReply {
    let choice = try OpenAIForm.choice(body)
    var reply = ServedReply()
    reply.end = OpenAIForm.end(choice)
    reply.usage = OpenAIForm.usage(body)
    if call.isScoring {
      guard let places = body["prompt_logprobs"]?.list ?? choice["prompt_logprobs"]?.list,
        places.count == call.ids.count
      else { return reply }
      reply.scores = zip(places, call.ids).suffix(call.scored).map { place, id in
        place["\(id)"]?["logprob"]?.number ?? place["\(id)"]?.number
      }
      return reply
    }
    guard let ids = choice["token_ids"]?.ids else {
      throw BadReply("the body has no ids in 'choices.0.token_ids'")
    }
    reply.ids = ids
    reply.text = choice["text"]?.text
    reply.logProbabilities = choice["logprobs"]?["content"]?.list?.map { $0["logprob"]?.number }
    reply.endID = choice["stop_reason"]?.count(upTo: Int(Int32.max))
    if reply.usage == nil { reply.usage = TokenUsage(input: call.ids.count, output: ids.count) }
    return reply
  }
}
