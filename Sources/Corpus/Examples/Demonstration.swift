import Runs

/// A prompt and the completion to imitate.
public struct Demonstration: Equatable, Sendable {
  public internal(set) var id: String
  /// May be empty: the completion then begins the text.
  public let prompt: Dialogue
  public let completion: String

  public init(id: String, prompt: Dialogue, completion: String) {
    self.id = id
    self.prompt = prompt
    self.completion = completion
  }
}

extension Demonstration: Example {
  var content: ExampleContent { ExampleContent(prompt, [completion]) }
}
