/// What a model wrote for a prompt.
public struct Completion: Equatable, Sendable {
  /// Sampled ids, with the end token where the model wrote it.
  public var tokens: [Int]
  /// The model ended it; otherwise it was cut at the length limit.
  public var isFinished: Bool
  /// Summed over the tokens, at the sampling temperature, in nats.
  public var logProbability: Double

  public init(tokens: [Int], isFinished: Bool, logProbability: Double) {
    self.tokens = tokens
    self.isFinished = isFinished
    self.logProbability = logProbability
  }
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

  public init(temperature: Double, maxTokens: Int, vocabulary: Int, endTokens: [Int]) {
    self.temperature = temperature
    self.maxTokens = maxTokens
    self.vocabulary = vocabulary
    self.endTokens = endTokens
  }
}
