/// One comparison of a judging with its judgment: a line of `judgments.jsonl`.
public struct JudgedPair: Sendable, Equatable, Codable {
  /// Of the prompt.
  public var id: String
  /// Nil for a comparison of the two files; else the kind of canary that stands in the first place.
  public var canary: CanaryKind?
  /// Of both candidates, in Unicode scalars.
  public var lengths: [Int]
  public var judgment: Judgment

  public init(id: String, canary: CanaryKind? = nil, lengths: [Int], judgment: Judgment) {
    self.id = id
    self.canary = canary
    self.lengths = lengths
    self.judgment = judgment
  }
}
