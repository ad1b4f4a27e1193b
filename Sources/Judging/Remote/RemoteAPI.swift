import Foundation
import Runs

/// The form in which a kind of server takes questions and gives answers.
public protocol RemoteAPI: Sendable {
  /// As judges name it: `chat`, `completions`, `anthropic`.
  static var name: String { get }
  /// The public service that has this form; used where no address is given.
  static var defaultAddress: String { get }
  /// Where the key of that service is kept by custom.
  static var defaultKeyVariable: String { get }
  /// Behind the address, with a slash.
  static var path: String { get }
  /// Whether it can tell the probabilities of the first token.
  static var givesProbabilities: Bool { get }

  /// Apart from the content type.
  static var headers: [(name: String, value: String)] { get }
  /// How the key is sent.
  static var keyHeader: (name: String, prefix: String) { get }

  static func body(_ call: RemoteCall) throws -> Data

  /// - Throws: ``BadReply`` where the body is not what the form says.
  static func reply(_ body: Data, wantsProbabilities: Bool) throws(BadReply) -> RemoteReply
}

/// One question, ready to be written in the form of a server.
public struct RemoteCall: Sendable, Equatable {
  public var model: String
  public var prompt: RenderedPrompt
  public var maximumTokens: Int
  /// Nil leaves it to the server.
  public var temperature: Double?
  public var seed: Int
  public var wantsProbabilities: Bool
  /// The public service has its own name for the longest reply.
  public var isPublicService: Bool
}

/// A body that a server should not have sent with a good status.
public struct BadReply: Error, Sendable, Equatable {
  public let problem: String
  /// The server will answer every request like that: asking again is pointless.
  public var isLasting = false

  public init(_ problem: String, isLasting: Bool = false) {
    self.problem = problem
    self.isLasting = isLasting
  }
}

/// What a server answered.
public struct RemoteReply: Sendable, Equatable {
  public enum End: Sendable, Equatable {
    case complete, length, refusal
  }

  public var text: String
  public var end: End
  public var usage: TokenUsage?
  public var model: String?
  /// Of the likeliest first tokens; nil where none were asked for.
  public var probabilities: [String: Double]?
}
