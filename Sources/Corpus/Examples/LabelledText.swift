/// A text and its class, for classifiers such as a sentiment model.
public struct LabelledText: Equatable, Sendable {
  public internal(set) var id: String
  public let text: String
  /// The class, counted from 0; for sentiment 1 is positive and 0 negative.
  public let label: Int
  /// What the row's loss counts for, at least 0; 1 where the row does not say.
  public let weight: Double

  public init(id: String, text: String, label: Int, weight: Double = 1) {
    self.id = id
    self.text = text
    self.label = label
    self.weight = weight
  }
}

extension LabelledText: Example {
  var content: ExampleContent { ExampleContent(nil, [text], marks: [Double(label)]) }
}
