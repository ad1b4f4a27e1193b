import HTTP
import Judging
import Runs

/// A call on its way to a server.
struct ServedInquiry: RemoteInquiry {
  let call: ServedCall
  let form: any ServingForm.Type
  let key: String
  let server: String

  /// Log-probabilities of every token of a long prompt are larger than what judges say.
  private static let answerLimit = 64 << 20

  var model: String { call.model }
  var dialect: Dialect { call.dialect }
  var most: TokenUsage { TokenUsage(input: call.ids.count, output: call.maxTokens) }

  func message() throws -> RemoteMessage {
    RemoteMessage(path: form.path, body: try form.body(call), answerLimit: Self.answerLimit)
  }

  func reply(_ body: WireValue, _ scrubber: Scrubber) throws(BadReply) -> ServedReply {
    var reply = try form.reply(body, to: call)
    reply.version = reply.version.map { scrubber.scrub(ServerWords.line($0)) }
    guard !call.isScoring else { return reply }
    switch reply.end {
    case .complete, .length: return reply
    case .refusal: throw BadReply("the server declines to complete the prompt")
    case .unfinished(let words): throw BadReply(scrubber.scrub(ServerWords.line(words)))
    }
  }

  func refusal(_ status: Int, _ words: ServerWords) -> Refusal {
    Refusal(status: status, words) { said in
      func omits(_ part: Dialect.Part) -> Refusal? {
        form.parts.contains(part) && call.sends(part) ? .adapt(.omit(part)) : nil
      }
      guard [200, 400, 404, 422].contains(status) else { return nil }
      if said.names("return_token_ids"), let change = omits(.tokenIDs) { return change }
      let isUnknown = said.sayUnknown || said.sayBound
      if said.names("seed", "sampling_seed"), isUnknown, let change = omits(.seed) {
        return change
      }
      if said.names("logprobs"), isUnknown, let change = omits(.probabilities) { return change }
      if said.names("prompt"), said.names("string", "str", "text"), let change = omits(.promptIDs) {
        return change
      }
      return nil
    }
  }

  func answer(
    to reply: ServedReply, attempts: Int, price: Price?
  ) -> (answer: ServedAnswer, usage: TokenUsage?) {
    (ServedAnswer(reply, to: call), reply.usage)
  }
}
