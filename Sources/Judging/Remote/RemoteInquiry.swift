import Foundation
import HTTP
import Runs

/// One question to a server: how it is sent, and what an answer to it comes to.
///
/// Pace, retries, limits and the account of requests are the ``RemoteServer``'s, whoever asks: judges,
/// and policies that live in servers.
public protocol RemoteInquiry<Answer>: Sendable {
  /// What is recorded and given back.
  associatedtype Answer: Sendable
  /// What is read out of a body with a good status.
  associatedtype Reply: Sendable

  /// What it is recorded under.
  var key: String { get }
  var model: String { get }
  /// As servers are typed, `chat:MODEL@URL`; dialects are kept under it.
  var server: String { get }
  /// What the question was written in.
  var dialect: Dialect { get }
  /// The most tokens that it can use.
  var most: TokenUsage { get }

  func message() throws -> RemoteMessage

  /// Reads strictly what the answer depends on, and anything else as far as it can be read.
  ///
  /// - Parameter scrubber: takes the key out of everything that is kept.
  /// - Throws: ``BadReply`` where the body is not what the form says.
  func reply(_ body: WireValue, _ scrubber: Scrubber) throws(BadReply) -> Reply

  /// What a refusal says about the next request.
  func refusal(_ status: Int, _ words: ServerWords) -> Refusal

  func answer(
    to reply: Reply, attempts: Int, price: Price?
  ) -> (answer: Answer, usage: TokenUsage?)

  /// The answer of a server that declines; nil where only a reply is an answer.
  func answer(
    settled state: Judgment.State, reason: String, attempts: Int, price: Price?
  ) -> (answer: Answer, usage: TokenUsage?)?

  /// Whether log-probabilities came, where the answer is useless without; nil where it is not.
  func hasProbabilities(_ reply: Reply) -> Bool?
}

extension RemoteInquiry {
  public func answer(
    settled state: Judgment.State, reason: String, attempts: Int, price: Price?
  ) -> (answer: Answer, usage: TokenUsage?)? { nil }

  public func hasProbabilities(_ reply: Reply) -> Bool? { nil }
}

/// What goes to a server, apart from its address and its key.
public struct RemoteMessage: Sendable {
  /// Behind the address, with a slash.
  public var path: String
  public var headers: [(name: String, value: String)]
  /// How the key is sent.
  public var keyHeader: (name: String, prefix: String)
  public var body: Data
  /// The longest body of an answer that is read, in bytes.
  public var answerLimit: Int

  public init(
    path: String, headers: [(name: String, value: String)] = [],
    keyHeader: (name: String, prefix: String) = ("Authorization", "Bearer "), body: Data,
    answerLimit: Int = HTTPRequest.usualAnswerLimit
  ) {
    self.path = path
    self.headers = headers
    self.keyHeader = keyHeader
    self.body = body
    self.answerLimit = answerLimit
  }
}
