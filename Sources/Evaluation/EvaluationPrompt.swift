import Runs

/// A prompt to evaluate on.
public struct EvaluationPrompt: Equatable, Sendable {
  /// Two completions of which people, or the data's rule, prefer the first.
  public struct Pair: Equatable, Sendable {
    public var chosen: String
    public var rejected: String
    /// The ids of both where they were sampled after the prompt's: these are scored, not the texts.
    public var drawn: [[Int]]?

    public init(chosen: String, rejected: String, drawn: [[Int]]? = nil) {
      self.chosen = chosen
      self.rejected = rejected
      self.drawn = drawn
    }
  }

  /// Unique; names the prompt in records and its stream of random numbers.
  public var id: String
  public var dialogue: Dialogue
  /// What a model reads, begin token included.
  public var tokens: [Int]
  /// Preferred completions of the data set, to compare with.
  public var chosen: [String]
  /// Labelled pairs, for the implicit reward.
  public var pairs: [Pair]

  public init(
    id: String, _ dialogue: Dialogue, tokens: [Int], chosen: [String] = [], pairs: [Pair] = []
  ) {
    self.id = id
    self.dialogue = dialogue
    self.tokens = tokens
    self.chosen = chosen
    self.pairs = pairs
  }
}
