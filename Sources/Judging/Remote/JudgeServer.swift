import Foundation
import HTTP
import Runs

/// A server that judges.
public typealias JudgeServer = RemoteServer<Judgment>

extension RemoteServer<Judgment> {
  /// The most tokens that a call can use: no tokenizer makes more tokens than bytes, and each message
  /// of a chat has a few of its own.
  public static func most(_ call: RemoteCall) -> TokenUsage {
    TokenUsage(
      input: call.prompt.system.utf8.count + call.prompt.user.utf8.count + 64,
      output: call.maximumTokens)
  }

  /// As judges are typed.
  func name(_ model: String, _ api: any RemoteAPI.Type) -> String {
    "\(api.name):\(model)@\(endpoint.url)"
  }
}

/// A judge's question on its way to a server.
struct JudgeInquiry: RemoteInquiry {
  let call: RemoteCall
  let api: any RemoteAPI.Type
  let key: String
  let server: String
  /// Reads a reply that took so many requests.
  let judgment: @Sendable (_ reply: RemoteReply, _ attempts: Int) -> Judgment

  var model: String { call.model }
  var dialect: Dialect { call.dialect }
  var most: TokenUsage { JudgeServer.most(call) }

  func message() throws -> RemoteMessage {
    RemoteMessage(
      path: api.path, headers: api.headers, keyHeader: api.keyHeader, body: try api.body(call))
  }

  func reply(_ body: WireValue, _ scrubber: Scrubber) throws(BadReply) -> RemoteReply {
    var reply = try api.reply(body)
    reply.text = scrubber.scrub(reply.text)
    reply.model = reply.model.map { scrubber.scrub(ServerWords.line($0)) }
    if case .unfinished(let words) = reply.end {
      reply.end = .unfinished(scrubber.shortLine(words))
    }
    return reply
  }

  func refusal(_ status: Int, _ words: ServerWords) -> Refusal {
    Refusal(status: status, words, to: call)
  }

  func answer(
    to reply: RemoteReply, attempts: Int, price: Price?
  ) -> (answer: Judgment, usage: TokenUsage?) {
    (judgment(reply, attempts), reply.usage)
  }

  func answer(
    settled state: Judgment.State, reason: String, attempts: Int, price: Price?
  ) -> (answer: Judgment, usage: TokenUsage?)? {
    var settled = Judgment(state, reason: reason)
    settled.attempts = attempts
    // A request that was refused costs nothing.
    settled.usage = TokenUsage(input: 0, output: 0)
    settled.cost = price.map { _ in 0 }
    return (settled, settled.usage)
  }

  func hasProbabilities(_ reply: RemoteReply) -> Bool? {
    guard call.wantsProbabilities, [.complete, .length].contains(reply.end) else { return nil }
    return reply.probabilities != nil
  }
}
