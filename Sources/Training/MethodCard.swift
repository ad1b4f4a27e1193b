/// What a method is, in the words that the program has for whoever asks it.
public struct MethodCard: Sendable, Equatable {
  /// One or two sentences.
  public var summary: String
  /// The loss of a prompt, in plain text; d is log π − log π_ref of a completion, s the sigmoid.
  public var formula: String
  public var paper: String
  /// What to look at while it trains, by the names of `steps.jsonl`.
  public var watch: String

  public init(summary: String, formula: String, paper: String, watch: String) {
    self.summary = summary
    self.formula = formula
    self.paper = paper
    self.watch = watch
  }
}
