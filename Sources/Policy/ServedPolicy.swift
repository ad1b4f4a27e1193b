import Runs

/// A language model that answers elsewhere: it writes, and says how probable that was as far as it can.
///
/// Its next-token distributions are not at hand. What of them is not told stays unknown.
public protocol ServedPolicy {
  /// As it is typed.
  var name: ServerName { get }
  var reader: ModelReader { get }

  /// Completions of each prompt, drawn independently; what was drawn before under the same draw is what it
  /// was.
  ///
  /// - Throws: what keeps the server from being asked; what it answered until then is kept.
  func completions(
    of prompts: [ServedPrompt], count: Int, _ draw: ServedDraw
  ) throws -> [[ServedCompletion]]

  /// log π of each token of given completions at temperature 1, in nats: `[prompt][completion]`.
  ///
  /// - Returns: nil for what the server does not tell.
  func logProbabilities(
    of completions: [[[Int]]], after prompts: [ServedPrompt]
  ) throws -> [[[Double]?]]
}

/// A policy in a server whose weights are those that it was handed last.
public protocol DrawingEngine: ServedPolicy, AnyObject {
  /// Lets the server answer by the weights of a model from now on; nothing is sent where it does.
  ///
  /// - Throws: where the server does not take them.
  func load(_ model: LanguageModel) throws
}

/// A prompt on its way to a server.
public struct ServedPrompt: Sendable, Equatable {
  /// Names it in what is kept of the answers.
  public var id: String
  public var dialogue: Dialogue
  /// As the policy reads it.
  public var tokens: [Int]

  public init(id: String, _ dialogue: Dialogue, tokens: [Int]) {
    self.id = id
    self.dialogue = dialogue
    self.tokens = tokens
  }
}

/// How completions of a server are drawn.
public struct ServedDraw: Sendable, Equatable {
  public var sampling: SamplingSettings
  public var seed: UInt64
  /// Of the random numbers, as in this process: `evaluation`, `candidates`.
  public var stream: String
  /// Asked now, whatever was answered before.
  public var isFresh: Bool

  public init(
    _ sampling: SamplingSettings, seed: UInt64, stream: String, isFresh: Bool = false
  ) {
    self.sampling = sampling
    self.seed = seed
    self.stream = stream
    self.isFresh = isFresh
  }
}

/// What a server wrote for a prompt.
public struct ServedCompletion: Sendable, Equatable {
  /// Ids with the end token where it ended: those that were drawn, or the tokenizer's reading of the text.
  public var tokens: [Int]
  public var text: String
  /// The model ended it; otherwise it was cut at the length limit.
  public var isFinished: Bool
  /// Whether ``tokens`` are known to be the ids that were drawn.
  public var areDrawn: Bool
  /// Of each token at temperature 1 over the whole vocabulary, in nats; nil where the server does not tell
  /// them of the ids that were drawn.
  public var logProbabilities: [Double]?

  public init(
    tokens: [Int], text: String, isFinished: Bool, areDrawn: Bool, logProbabilities: [Double]?
  ) {
    self.tokens = tokens
    self.text = text
    self.isFinished = isFinished
    self.areDrawn = areDrawn
    self.logProbabilities = logProbabilities
  }
}
