/// A completion of the data, or of a labelled pair, that policies of an evaluation are compared with.
public struct ChosenRecord: Codable, Sendable, Equatable {
  /// The prompt's id, as samples have it.
  public var prompt: String
  public var text: String

  public init(prompt: String, text: String) {
    self.prompt = prompt
    self.text = text
  }
}
