import Runs

/// A completion of a prompt, with a word on whether it is wanted; nothing compares it with another.
public struct LabelledCompletion: Equatable, Sendable {
  public internal(set) var id: String
  /// May be empty: the completion then begins the text.
  public let prompt: Dialogue
  public let completion: String
  public let isDesirable: Bool
  /// What the row's loss counts for, at least 0; 1 where the row does not say.
  public let weight: Double

  public init(
    id: String, prompt: Dialogue, completion: String, isDesirable: Bool, weight: Double = 1
  ) {
    self.weight = weight
    self.id = id
    self.prompt = prompt
    self.completion = completion
    self.isDesirable = isDesirable
  }
}

extension LabelledCompletion: Example {
  var content: ExampleContent { ExampleContent(prompt, [completion], marks: [isDesirable ? 1 : 0]) }
}
