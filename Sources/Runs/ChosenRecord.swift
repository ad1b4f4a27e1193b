/// A completion of the data, or of a labelled pair, that policies of an evaluation are compared with.
public struct ChosenRecord: Codable, Sendable, Equatable {
  /// The prompt's id, as samples have it.
  public var prompt: String
  public var text: String
  /// Nil where nothing ranks completions, and in records from before it was kept.
  public var reward: Double?

  public init(prompt: String, text: String, reward: Double? = nil) {
    self.prompt = prompt
    self.text = text
    self.reward = reward
  }
}
