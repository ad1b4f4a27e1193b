import HTTP
import Judging
import Policy
import Runs

/// One request to a policy: a completion to draw, or given ids to score.
struct ServedCall: Sendable, Equatable {
  var model: String
  /// What the policy reads; with the ids to score behind it.
  var ids: [Int]
  /// The same as a text, where a server takes no ids.
  var text: String
  /// Ids at the end whose log-probabilities are asked for; 0 where a completion is.
  var scored = 0
  var maxTokens: Int
  var temperature: Double
  var topP: Double
  /// Nil for all tokens.
  var topK: Int?
  var seed: Int
  var endTokens: [Int]
  var dialect: Dialect

  var isScoring: Bool { scored > 0 }

  func sends(_ part: Dialect.Part) -> Bool { !dialect.omits(part) }

  /// Log-probabilities that come with a completion are those of the whole policy.
  ///
  /// Engines tell them before or after the temperature and what is left out of the draw, and do not say
  /// which: only where neither changes anything do they mean one thing.
  var tellsPolicy: Bool { temperature == 1 && topP == 1 && topK == nil }
}

/// What a server answered to a call, as far as its form could be read.
struct ServedReply: Sendable, Equatable {
  var text: String?
  /// Ids that were drawn.
  var ids: [Int]?
  /// Texts of the tokens that were drawn.
  var pieces: [String]?
  /// Of the tokens that were drawn.
  var logProbabilities: [Double?]?
  /// Of the ids that were to be scored, the last ones of the prompt.
  var scores: [Double?]?
  var end = RemoteReply.End.complete
  /// The id that ended it, where the server says so.
  var endID: Int?
  var usage: TokenUsage?
  /// What the server says of its weights.
  var version: String?
}

/// What is kept of an answer.
struct ServedAnswer: Codable, Sendable, Equatable {
  var text: String?
  var ids: [Int]?
  var pieces: [String]?
  /// Nil where one of them is missing or is none.
  var logprobs: [Double]?
  var finished: Bool?
  var endID: Int?
  var usage: TokenUsage?
  var version: String?
  /// What a text is worth, where that was asked.
  var score: Double?

  private enum CodingKeys: String, CodingKey {
    case text, ids, pieces, logprobs, finished, usage, version, score
    case endID = "endId"
  }

  /// Of a request that is for no text.
  init() {}

  init(_ reply: ServedReply, to call: ServedCall) {
    func whole(_ values: [Double?]?) -> [Double]? {
      guard let values, !values.isEmpty else { return nil }
      // Rounding may carry a certain token's log-probability a little above 0.
      let found = values.compactMap { $0 }.filter { $0.isFinite && $0 <= 1e-3 }
      return found.count == values.count ? found : nil
    }
    usage = reply.usage
    version = reply.version
    guard !call.isScoring else {
      logprobs = whole(reply.scores)
      return
    }
    text = reply.text
    ids = reply.ids
    pieces = reply.ids == nil ? reply.pieces : nil
    logprobs = whole(reply.logProbabilities)
    finished = reply.end == .complete
    endID = reply.endID
  }
}
