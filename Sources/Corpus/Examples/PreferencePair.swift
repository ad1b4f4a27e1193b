import Runs

/// Two completions of a prompt, of which one is preferred.
public struct PreferencePair: Equatable, Sendable {
  public let id: String
  /// May be empty: the completions then begin the text.
  public let prompt: Dialogue
  public let chosen: String
  public let rejected: String

  public init(id: String, prompt: Dialogue, chosen: String, rejected: String) {
    self.id = id
    self.prompt = prompt
    self.chosen = chosen
    self.rejected = rejected
  }
}
