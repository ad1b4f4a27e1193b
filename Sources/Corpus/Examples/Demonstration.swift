import Runs

/// A prompt and the completion to imitate.
public struct Demonstration: Equatable, Sendable {
  public internal(set) var id: String
  /// May be empty: the completion then begins the text.
  public let prompt: Dialogue
  public let completion: String
  /// What else the answer's message holds, as ``Turn/fields``: calls of tools, for one.
  public let fields: String?
  /// What the row's loss counts for, at least 0; 1 where the row does not say.
  public let weight: Double

  public init(
    id: String, prompt: Dialogue, completion: String, fields: String? = nil, weight: Double = 1
  ) {
    self.fields = fields
    self.weight = weight
    self.id = id
    self.prompt = prompt
    self.completion = completion
  }
}

extension Demonstration: Example {
  /// The answer as a turn of the assistant.
  public var answer: Turn { Turn(.assistant, completion, fields: fields) }

  var content: ExampleContent { ExampleContent(prompt, [completion] + (fields.map { [$0] } ?? [])) }
}
