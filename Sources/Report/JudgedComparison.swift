import Runs

/// All comparisons of two systems, for a page on which each can be read.
public struct JudgedComparison: Sendable {
  /// As the judgments' order: the one whose win rate is measured first.
  public var names: [String]
  /// Of a jury, in its order; empty without one.
  public var members: [String]
  public var pairs: [JudgedPair]
  /// By hash; nil where the records hold no texts.
  public var texts: [String: String]?
  /// What people say of comparisons, as a share of the first, by ``JudgedPair/content``.
  public var people: [String: Double]

  public init(
    names: [String], members: [String] = [], pairs: [JudgedPair], texts: [JudgedText]?,
    people: [String: Double] = [:]
  ) {
    self.names = names
    self.members = members
    self.pairs = pairs
    self.texts = texts.map { texts in
      Dictionary(texts.map { ($0.sha256, $0.text) }, uniquingKeysWith: { one, _ in one })
    }
    self.people = people
  }
}
