import Foundation
import HTTP
import Judging
import Runs

/// SGLang's own `/generate`.
///
/// Source: SGLang's documentation of September 2026, "Sampling Parameters" and "SGLang Native APIs":
/// `output_token_logprobs` and `input_token_logprobs` are lists of (log-probability, id, text).
enum SGLangForm: ServingForm {
  static let path = "/generate"
  static let parts: Set<Dialect.Part> = [.seed]

  private struct Request: Encodable {
    struct Sampling: Encodable {
      var n = 1
      var maxNewTokens: Int
      var temperature: Double
      var topP: Double
      var topK: Int
      var minP = 0.0
      var repetitionPenalty = 1.0
      var presencePenalty = 0.0
      var frequencyPenalty = 0.0
      var samplingSeed: Int?
      var stopTokenIds: [Int]
    }

    var inputIds: [Int]
    var samplingParams: Sampling
    var returnLogprob = true
    var logprobStartLen: Int
    var stream = false
  }

  static func body(_ call: ServedCall) throws -> Data {
    try WireBody.encode(
      Request(
        inputIds: call.ids,
        samplingParams: .init(
          maxNewTokens: call.maxTokens, temperature: call.temperature, topP: call.topP,
          // -1 is all of them.
          topK: call.topK ?? -1, samplingSeed: call.sends(.seed) ? call.seed : nil,
          stopTokenIds: call.endTokens),
        // -1 is none of the prompt's. The first place that is asked for comes without a number.
        logprobStartLen: call.isScoring ? max(0, call.ids.count - call.scored - 1) : -1))
  }

  static func reply(_ body: WireValue, to call: ServedCall) throws(BadReply) -> ServedReply {
    if let error = body["error"], let words = ServerWords(error) { throw BadReply(words) }
    // One prompt is answered by an object, a list of one by some versions.
    let answer = body.list?.first ?? body
    guard let facts = answer["meta_info"] else {
      throw BadReply(body, orElse: "the body has no 'meta_info'")
    }
    var reply = ServedReply()
    reply.usage = TokenUsage(input: facts["prompt_tokens"], output: facts["completion_tokens"])
    reply.version = facts["weight_version"]?.text
    if call.isScoring {
      guard let places = facts["input_token_logprobs"]?.list, places.count >= call.scored
      else { return reply }
      let last = places.suffix(call.scored)
      guard
        last.map({ $0[1]?.count(upTo: Int(Int32.max)) }) == call.ids.suffix(call.scored).map({ $0 })
      else { throw BadReply("'input_token_logprobs' are of other ids than were sent") }
      reply.scores = last.map { $0[0]?.number }
      return reply
    }
    let reason = facts["finish_reason"]
    switch reason?["type"]?.text ?? reason?.text {
    case nil, "stop"?: reply.end = .complete
    case "length"?: reply.end = .length
    case let word?: reply.end = .unfinished("the reply ends with '\(ServerWords.line(word))'")
    }
    reply.endID = reason?["matched"]?.count(upTo: Int(Int32.max))
    reply.text = answer["text"]?.text
    let drawn = facts["output_token_logprobs"]?.list
    reply.logProbabilities = drawn?.map { $0[0]?.number }
    let told = drawn?.compactMap { $0[1]?.count(upTo: Int(Int32.max)) }
    reply.ids = told.flatMap { $0.count == drawn?.count ? $0 : nil } ?? answer["output_ids"]?.ids
    guard reply.ids != nil || reply.text != nil else {
      throw BadReply("the body has neither 'output_ids' nor 'text'")
    }
    return reply
  }
}
