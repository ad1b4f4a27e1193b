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

  public init(
    id: String, prompt: Dialogue, chosen: String, rejected: String, margin: Double? = nil
  ) {
    self.margin = margin
    self.id = id
    self.prompt = prompt
    self.chosen = chosen
    self.rejected = rejected
  }
}

extension PreferencePair: Example {
  var content: ExampleContent { ExampleContent(prompt, [chosen, rejected]) }
}
