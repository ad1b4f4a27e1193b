import Runs

/// What a reader may want to see of all comparisons; one comparison can be filed under several.
enum ComparisonFilter: String, CaseIterable {
  case win, tie, loss, flipped
  case unparsable, unresolved, refused, truncated, unfinished, empty, failed
  case neutralised, canary
  /// People and judge prefer different answers, or one of them none.
  case disputed

  /// Whether it says which system wins.
  var isOutcome: Bool { self == .win || self == .tie || self == .loss }

  /// As the page calls it.
  ///
  /// - Parameter names: of both systems.
  func title(_ names: [String]) -> String {
    switch self {
    case .win: "\(names[0]) wins"
    case .tie: "ties"
    case .loss: "\(names[1]) wins"
    case .flipped: "flipped by the order"
    case .canary: "canaries"
    case .disputed: "people disagree"
    case .unparsable, .unresolved, .refused, .truncated, .unfinished, .empty, .failed,
      .neutralised:
      rawValue
    }
  }

  /// - Parameter people: what people say, as a share of the first text; nil where nobody was asked.
  func holds(_ pair: JudgedPair, people: Double?) -> Bool {
    let share = pair.judgment.preference
    switch self {
    case .win: return pair.canary == nil && share.map { $0 > 0.5 } ?? false
    case .tie: return pair.canary == nil && share == 0.5
    case .loss: return pair.canary == nil && share.map { $0 < 0.5 } ?? false
    case .flipped: return Self.flips(pair.judgment)
    case .neutralised: return pair.judgment.leaves.contains { ($0.neutralized ?? 0) > 0 }
    case .canary: return pair.canary != nil
    case .disputed:
      guard let people, let share else { return false }
      return Self.side(people) != Self.side(share)
    case .unparsable, .unresolved, .refused, .truncated, .unfinished, .empty, .failed:
      return pair.judgment.leaves.contains { $0.state.rawValue == rawValue }
    }
  }

  private static func side(_ share: Double) -> Int { share > 0.5 ? 1 : share < 0.5 ? -1 : 0 }

  /// Whether both orders were decided, for different texts.
  private static func flips(_ judgment: Judgment) -> Bool {
    guard let parts = judgment.parts else { return false }
    if judgment.combination == .orders, parts.count == 2,
      let asked = parts[0].preference, let swapped = parts[1].preference
    {
      return (asked - 0.5) * (0.5 - swapped) < 0
    }
    return judgment.combination == .orders ? false : parts.contains(where: flips)
  }
}
