/// How a server wants to be asked where it does not take what its kind takes.
///
/// Said by hand, or learned from what the server refuses. Whatever can change an answer is part of
/// what answers are remembered under.
public struct Dialect: Sendable, Equatable, Codable {
  /// Parts of a request that can be left out.
  public enum Part: String, Sendable, Codable, CaseIterable, Comparable {
    case seed
    /// The system text then stands at the head of the user's turn.
    case system
    /// Left to the server.
    case temperature
    /// A policy's prompt as its ids; without them it is sent as text.
    case promptIDs = "prompt-ids"
    /// Asks a server to give back the ids that it drew.
    case tokenIDs = "token-ids"
    /// Asks for log-probabilities of what a policy writes.
    case probabilities = "logprobs"

    /// Those of a judge's request.
    public static let ofJudges: [Part] = [.seed, .system, .temperature]

    public static func < (first: Part, second: Part) -> Bool { first.rawValue < second.rawValue }
  }

  /// What the longest reply is called.
  public enum LengthKey: String, Sendable, Codable, CaseIterable {
    case older = "max_tokens"
    case newer = "max_completion_tokens"
  }

  /// One thing that a server's refusal teaches.
  public enum Change: Sendable, Equatable {
    case omit(Part)
    case rename(LengthKey)
    /// At most so many.
    case fewerProbabilities(Int)
  }

  /// Sorted, each once.
  public private(set) var omitted: [Part]
  /// Nil for what the kind of server uses by itself.
  public private(set) var lengthKey: LengthKey?
  /// Likeliest tokens asked for; nil for the most that the kind of server gives.
  public private(set) var topLogprobs: Int?

  public init(omitting parts: [Part] = [], lengthKey: LengthKey? = nil, topLogprobs: Int? = nil) {
    omitted = Set(parts).sorted()
    self.lengthKey = lengthKey
    self.topLogprobs = topLogprobs
  }

  public func omits(_ part: Part) -> Bool { omitted.contains(part) }

  /// Takes a change over.
  ///
  /// - Returns: whether it was new: nothing is learned twice, and no name is taken back.
  public mutating func learn(_ change: Change) -> Bool {
    switch change {
    case .omit(let part):
      guard !omits(part) else { return false }
      omitted = (omitted + [part]).sorted()
    case .rename(let key):
      guard lengthKey == nil else { return false }
      lengthKey = key
    case .fewerProbabilities(let count):
      guard count < topLogprobs ?? .max else { return false }
      topLogprobs = count
    }
    return true
  }

  /// What an answer depends on, as facts of a judge; without what makes no difference to a kind of
  /// server.
  ///
  /// - Parameter readsProbabilities: the verdict is read from them.
  func facts(of api: any RemoteAPI.Type, readsProbabilities: Bool) -> [String: String] {
    var facts: [String: String] = [:]
    for part in omitted where api.parts.contains(part) {
      switch part {
      case .seed: facts["seed"] = "not sent"
      case .system: facts["system"] = "in the user's turn"
      case .temperature: facts["temperature"] = "server"
      // Of requests to policies.
      case .promptIDs, .tokenIDs, .probabilities: continue
      }
    }
    if readsProbabilities, let topLogprobs, topLogprobs < api.topLogprobs {
      facts["top-logprobs"] = "\(topLogprobs)"
    }
    return facts
  }

  /// In words: `without seed, max_completion_tokens, 5 top log-probabilities`; empty for the kind's
  /// own way.
  public var words: String {
    var words: [String] = []
    if !omitted.isEmpty {
      words.append("without " + omitted.map(\.rawValue).joined(separator: " and "))
    }
    if let lengthKey { words.append(lengthKey.rawValue) }
    if let topLogprobs { words.append("\(topLogprobs) top log-probabilities") }
    return words.joined(separator: ", ")
  }
}
