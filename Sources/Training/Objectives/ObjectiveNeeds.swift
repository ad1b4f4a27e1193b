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
  /// Log-probabilities under the policy that drew the candidates.
  public static let sampler = ObjectiveNeeds(rawValue: 16)
  /// For every candidate the probability that it beats a completion of the previous round's policy.
  public static let winRates = ObjectiveNeeds(rawValue: 32)
  /// Single completions, each labelled desirable or not.
  public static let labels = ObjectiveNeeds(rawValue: 64)
  /// Log-ratios of completions after prompts of other rows of the step.
  public static let mismatches = ObjectiveNeeds(rawValue: 128)
  /// Log-probabilities of the prompts themselves.
  public static let prompts = ObjectiveNeeds(rawValue: 256)

  private static let words: [(ObjectiveNeeds, String)] = [
    (.pairs, "labelled pairs"), (.labels, "completions labelled desirable or not"),
    (.rewards, "rewards"), (.winRates, "win rates of the candidates"),
    (.sampler, "the sampler's log-probabilities"), (.reference, "a reference policy"),
    (.previous, "the previous round's policy"), (.mismatches, "completions of other prompts"),
    (.prompts, "the prompts' log-probabilities"),
  ]

  /// The number of candidates that every prompt must have, where it is not free.
  public var width: Int? { contains(.pairs) ? 2 : contains(.labels) ? 1 : nil }

  /// As in `labelled pairs and a reference policy`.
  public var description: String {
    let named = ObjectiveNeeds.words.filter { contains($0.0) }.map(\.1)
    guard let last = named.last else { return "nothing" }
    let others = named.dropLast()
    return others.isEmpty ? last : "\(others.joined(separator: ", ")) and \(last)"
  }
}
