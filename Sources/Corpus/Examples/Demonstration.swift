/// A prompt and the completion to imitate.
public struct Demonstration: Equatable, Sendable {
  public let id: String
  /// May be empty: the completion then begins the text.
  public let prompt: String
  public let completion: String

  public init(id: String, prompt: String, completion: String) {
    self.id = id
    self.prompt = prompt
    self.completion = completion
  }
}
