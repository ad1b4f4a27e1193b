/// What an objective needs of its candidates, so that a method given data that it cannot use is
/// refused before any model is loaded.
public struct ObjectiveNeeds: OptionSet, Hashable, Sendable, CustomStringConvertible {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Log-probabilities under a frozen reference.
  public static let reference = ObjectiveNeeds(rawValue: 1)
  /// Log-probabilities under the previous round's policy.
  public static let previous = ObjectiveNeeds(rawValue: 2)
  /// A reward for every candidate. An objective with this need takes groups of any size.
  public static let rewards = ObjectiveNeeds(rawValue: 4)
  /// Exactly two candidates: chosen first, rejected second.
  public static let pairs = ObjectiveNeeds(rawValue: 8)

  private static let words: [(ObjectiveNeeds, String)] = [
    (.pairs, "labelled pairs"), (.rewards, "rewards"), (.reference, "a reference policy"),
    (.previous, "the previous round's policy"),
  ]

  /// As in `labelled pairs and a reference policy`.
  public var description: String {
    let named = ObjectiveNeeds.words.filter { contains($0.0) }.map(\.1)
    guard let last = named.last else { return "nothing" }
    let others = named.dropLast()
    return others.isEmpty ? last : "\(others.joined(separator: ", ")) and \(last)"
  }
}
