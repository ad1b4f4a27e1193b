/// A text and its class, for classifiers such as a sentiment model.
public struct LabelledText: Equatable, Sendable {
  public internal(set) var id: String
  public let text: String
  /// The class, counted from 0; for sentiment 1 is positive and 0 negative.
  public let label: Int

  public init(id: String, text: String, label: Int) {
    self.id = id
    self.text = text
    self.label = label
  }
}

extension LabelledText: Example {
  var content: ExampleContent { ExampleContent(nil, [text], marks: [Double(label)]) }
}
