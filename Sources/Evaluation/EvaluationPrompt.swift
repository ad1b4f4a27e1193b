import Corpus

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
  public var text: String
  /// What a model reads, begin token included.
  public var tokens: [Int]
  /// Preferred completions of the data set, to compare with.
  public var chosen: [String]
  /// Labelled pairs, for the implicit reward.
  public var pairs: [Pair]
  /// Whether markup of special tokens in its texts is read as these tokens.
  public var specialTokens: SpecialTokens

  public init(
    id: String, text: String, tokens: [Int], chosen: [String] = [], pairs: [Pair] = [],
    specialTokens: SpecialTokens = .plain
  ) {
    self.id = id
    self.text = text
    self.tokens = tokens
    self.chosen = chosen
    self.pairs = pairs
    self.specialTokens = specialTokens
  }
}
