import Foundation
import HTTP
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
  /// Of how many likeliest first tokens it tells the probabilities at most; 0 where of none.
  static var topLogprobs: Int { get }
  /// What of a request it has at all, and some of its servers do not take.
  static var parts: Set<Dialect.Part> { get }
  /// What the longest reply may be called, the usual name first.
  static var lengthKeys: [Dialect.LengthKey] { get }

  /// Apart from the content type.
  static var headers: [(name: String, value: String)] { get }
  /// How the key is sent.
  static var keyHeader: (name: String, prefix: String) { get }

  static func body(_ call: RemoteCall) throws -> Data

  /// Reads strictly what a verdict depends on, and anything else as far as it can be read.
  ///
  /// - Throws: ``BadReply`` where the body is not what the form says.
  static func reply(_ body: WireValue) throws(BadReply) -> RemoteReply
}

/// One question, ready to be written in the form of a server.
public struct RemoteCall: Sendable, Equatable {
  public var model: String
  public var prompt: RenderedPrompt
  public var maximumTokens: Int
  public var lengthKey: Dialect.LengthKey
  /// What else the longest reply could be called; nil where nothing else is known.
  public var otherLengthKey: Dialect.LengthKey?
  /// Nil leaves it to the server.
  public var temperature: Double?
  /// Nil where none is sent.
  public var seed: Int?
  /// Likeliest tokens whose probabilities are asked for; nil where the verdict is written.
  public var topLogprobs: Int?
  /// What this was written in.
  public var dialect: Dialect

  public var wantsProbabilities: Bool { topLogprobs != nil }

  /// - Parameter sampling: `seed` counts on with the repetition of the question.
  init(
    _ api: any RemoteAPI.Type, model: String, prompt: RenderedPrompt, template: PromptTemplate,
    sampling: RemoteJudge.Sampling, repetition: Int, isPublicService: Bool, in dialect: Dialect
  ) {
    func sends(_ part: Dialect.Part) -> Bool { api.parts.contains(part) && !dialect.omits(part) }
    self.model = model
    self.prompt = sends(.system) ? prompt : prompt.withoutSystem
    self.dialect = dialect
    maximumTokens = template.maximumTokens
    // OpenAI's own service has given up the older name, and other servers do not know the newer.
    let usual = isPublicService ? api.lengthKeys[api.lengthKeys.count - 1] : api.lengthKeys[0]
    let key = dialect.lengthKey.flatMap { api.lengthKeys.contains($0) ? $0 : nil } ?? usual
    lengthKey = key
    otherLengthKey = dialect.lengthKey == nil ? api.lengthKeys.first { $0 != key } : nil
    temperature = sends(.temperature) ? sampling.temperature : nil
    seed = sends(.seed) ? sampling.seed.addingReportingOverflow(repetition).partialValue : nil
    topLogprobs =
      template.labels.isEmpty ? nil : min(dialect.topLogprobs ?? .max, api.topLogprobs)
  }

  /// Whether a part that can be left out is there.
  func sends(_ part: Dialect.Part) -> Bool {
    switch part {
    case .seed: seed != nil
    case .temperature: temperature != nil
    case .system: !prompt.system.isEmpty
    case .promptIDs, .tokenIDs, .probabilities: false
    }
  }
}

/// A body that a server should not have sent with a good status.
public struct BadReply: Error, Sendable, Equatable {
  public let problem: String
  /// What it says instead of a reply.
  public let words: ServerWords?

  public init(_ problem: String) {
    self.problem = problem
    words = nil
  }

  /// - Parameters:
  ///   - body: without what every reply has; an error's own words are kept.
  ///   - problem: what is wrong where there are no words.
  public init(_ body: WireValue, orElse problem: String) {
    words = body.members == nil && body.list == nil ? nil : ServerWords(body)
    self.problem = body.members == nil && words == nil ? "the body is not an object" : problem
  }
}

/// What a server answered.
public struct RemoteReply: Sendable, Equatable {
  public enum End: Sendable, Equatable {
    case complete, length, refusal
    /// By a reason that is not one of a whole reply: an error, a call of a tool, an unknown word.
    case unfinished(String)
  }

  public var text: String
  public var end: End
  /// Nil where the server does not say, or nothing that can be true.
  public var usage: TokenUsage?
  public var model: String?
  /// Nil where there are none.
  public var probabilities: TokenProbabilities?
}
