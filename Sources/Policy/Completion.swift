import Torch

/// What a model wrote for a prompt.
public struct Completion: Equatable, Sendable, Codable {
  /// Sampled ids, with the end token where the model wrote it.
  public var tokens: [Int]
  /// The model ended it; otherwise it was cut at the length limit.
  public var isFinished: Bool
  /// Of each token, as it was drawn: under the model at the sampling temperature, over all rows of its
  /// output head, whatever ``SamplingSettings`` leave out of the draw; in nats.
  public var logProbabilities: [Double]

  public init(tokens: [Int], isFinished: Bool, logProbabilities: [Double]) {
    self.tokens = tokens
    self.isFinished = isFinished
    self.logProbabilities = logProbabilities
  }

  /// Summed over the tokens.
  public var logProbability: Double { logProbabilities.reduce(0, +) }
}

/// How completions are drawn.
public struct SamplingSettings: Equatable, Sendable {
  /// Divides the logits; 0 takes the most likely token.
  public var temperature: Double
  /// The longest completion, in tokens.
  public var maxTokens: Int
  /// Ids at or above this are never drawn: rows of the embedding that no token has.
  public var vocabulary: Int
  public var endTokens: [Int]
  /// What else is never drawn.
  public var truncation: Truncation

  public init(
    temperature: Double, maxTokens: Int, vocabulary: Int, endTokens: [Int],
    truncation: Truncation = .none
  ) {
    self.temperature = temperature
    self.maxTokens = maxTokens
    self.vocabulary = vocabulary
    self.endTokens = endTokens
    self.truncation = truncation
  }
}
