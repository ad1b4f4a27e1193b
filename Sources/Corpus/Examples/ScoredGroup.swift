import Runs

/// Several completions of a prompt, each with a score; higher is better.
public struct ScoredGroup: Equatable, Sendable {
  public internal(set) var id: String
  /// May be empty: the completions then begin the text.
  public let prompt: Dialogue
  public let completions: [String]
  /// One finite number for each completion.
  public let scores: [Double]
  /// What the row's loss counts for, at least 0; 1 where the row does not say.
  public let weight: Double

  public init(
    id: String, prompt: Dialogue, completions: [String], scores: [Double], weight: Double = 1
  ) {
    self.weight = weight
    self.id = id
    self.prompt = prompt
    self.completions = completions
    self.scores = scores
  }
}

extension ScoredGroup: Example {
  var content: ExampleContent { ExampleContent(prompt, completions, marks: scores) }
}
