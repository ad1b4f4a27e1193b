import Runs

/// A text to continue, or a conversation to answer.
public struct Prompt: Equatable, Sendable {
  public internal(set) var id: String
  public let dialogue: Dialogue

  public init(id: String, _ dialogue: Dialogue) {
    self.id = id
    self.dialogue = dialogue
  }
}

extension Prompt: Example {
  /// Nothing is learnt of it.
  var weight: Double { 1 }

  var content: ExampleContent { ExampleContent(dialogue, []) }
}
