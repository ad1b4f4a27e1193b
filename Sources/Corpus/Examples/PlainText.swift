/// A text to model.
public struct PlainText: Equatable, Sendable {
  public internal(set) var id: String
  public let text: String

  public init(id: String, text: String) {
    self.id = id
    self.text = text
  }
}

extension PlainText: Example {
  var content: ExampleContent { ExampleContent(nil, [text]) }
}
