/// What a stage left out of its data and why, a phrase each, as `left-out.jsonl` in its folder lists it.
public struct LeftOutRecord: Codable, Hashable, Sendable {
  /// With the number of rows: `12 examples exceed the context`.
  public var words: String

  public static let file = "left-out.jsonl"

  public init(words: String) { self.words = words }
}
