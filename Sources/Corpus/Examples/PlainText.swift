/// A text to model.
public struct PlainText: Equatable, Sendable {
  public internal(set) var id: String
  public let text: String
  /// What the row's loss counts for, at least 0; 1 where the row does not say.
  public let weight: Double

  public init(id: String, text: String, weight: Double = 1) {
    self.id = id
    self.text = text
    self.weight = weight
  }
}

extension PlainText: Example {
  var content: ExampleContent { ExampleContent(nil, [text]) }
}
