import Runs

/// Two completions of a prompt, of which one is preferred.
public struct PreferencePair: Equatable, Sendable {
  public internal(set) var id: String
  /// May be empty: the completions then begin the text.
  public let prompt: Dialogue
  public let chosen: String
  public let rejected: String
  /// How much better the chosen completion is: the row's own number, or the difference of its
  /// scores; nil where the row has neither.
  public let margin: Double?
  /// What the row's loss counts for, at least 0; 1 where the row does not say.
  public let weight: Double

  public init(
    id: String, prompt: Dialogue, chosen: String, rejected: String, margin: Double? = nil,
    weight: Double = 1
  ) {
    self.margin = margin
    self.weight = weight
    self.id = id
    self.prompt = prompt
    self.chosen = chosen
    self.rejected = rejected
  }
}

extension PreferencePair: Example {
  var content: ExampleContent { ExampleContent(prompt, [chosen, rejected]) }
}
