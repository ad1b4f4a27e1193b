import Foundation
import HTTP
import Judging
import Runs

/// The form in which a kind of server says what a text is worth.
///
/// Sources: vLLM 0.32, `/pooling` of a model with one label, whose `task` is `classify` and whose
/// activation is left out (`use_activation: false`), as what its pooler gives otherwise is a probability;
/// SGLang's documents of September 2026, `/classify`, started with the option `is-embedding`, whose `embedding` of a
/// reward model is its score.
enum ScoreForm {
  /// Nil for a kind without such a request.
  static func path(_ kind: ServingSettings.Kind) -> String? {
    switch kind {
    case .openai: nil
    case .vllm: "/pooling"
    case .sglang: "/classify"
    }
  }

  private struct VLLMRequest: Encodable {
    var model: String
    var input: [Int]
    var task = "classify"
    var useActivation = false
    var encodingFormat = "float"
  }

  private struct SGLangRequest: Encodable {
    var model: String
    var inputIds: [Int]
  }

  static func body(_ ids: [Int], model: String, _ kind: ServingSettings.Kind) throws -> Data {
    switch kind {
    case .openai, .vllm: try WireBody.encode(VLLMRequest(model: model, input: ids))
    case .sglang: try WireBody.encode(SGLangRequest(model: model, inputIds: ids))
    }
  }

  /// - Throws: `BadReply` for anything but one finite number for as many tokens as were sent.
  static func reply(
    _ body: WireValue, to ids: [Int], _ kind: ServingSettings.Kind
  ) throws(BadReply) -> ServedAnswer {
    if let error = body["error"], let words = ServerWords(error) { throw BadReply(words) }
    var answer = ServedAnswer()
    let numbers: WireValue?
    switch kind {
    case .openai, .vllm:
      numbers = body["data"]?[0]?["data"]
      answer.usage = OpenAIForm.usage(body)
    case .sglang:
      // One text is answered by an object, a list of one by some versions.
      let one = body.list?.first ?? body
      numbers = one["embedding"]
      let facts = one["meta_info"]
      answer.usage = TokenUsage(input: facts?["prompt_tokens"], output: .number(0))
      answer.version = facts?["weight_version"]?.text
    }
    guard let all = numbers?.list, !all.isEmpty else {
      throw BadReply(
        body,
        orElse: kind == .sglang ? "the body has no 'embedding'" : "the body has no 'data.0.data'")
    }
    // A pooler of all tokens gives a list for each.
    let flat = all.flatMap { $0.list ?? [$0] }
    guard flat.count == 1, let score = flat[0].number, score.isFinite else {
      throw BadReply(
        flat.count == 1
          ? "gives no number for a text"
          : "gives \(flat.count) numbers for a text, and a reward is one; serve a model with one label"
      )
    }
    if let read = answer.usage?.input, read != 0, read != ids.count {
      throw BadReply("reads \(read) tokens where \(ids.count) were sent")
    }
    answer.score = score
    return answer
  }
}

/// A text on its way to a server that says what it is worth.
struct ScoreInquiry: RemoteInquiry {
  let ids: [Int]
  let kind: ServingSettings.Kind
  let path: String
  let key: String
  let model: String
  let server: String
  let dialect: Dialect

  var most: TokenUsage { TokenUsage(input: ids.count, output: 0) }

  func message() throws -> RemoteMessage {
    RemoteMessage(path: path, body: try ScoreForm.body(ids, model: model, kind))
  }

  func reply(_ body: WireValue, _ scrubber: Scrubber) throws(BadReply) -> ServedAnswer {
    var reply = try ScoreForm.reply(body, to: ids, kind)
    reply.version = reply.version.map { scrubber.scrub(ServerWords.line($0)) }
    return reply
  }

  func refusal(_ status: Int, _ words: ServerWords) -> Refusal {
    Refusal(status: status, words) { _ in nil }
  }

  func answer(
    to reply: ServedAnswer, attempts: Int, price: Price?
  ) -> (answer: ServedAnswer, usage: TokenUsage?) { (reply, reply.usage) }
}
