/// Which pairs the candidates of a prompt make.
public enum PairRule: String, CaseIterable, Sendable {
  /// No pairs: the candidates stay together as a group.
  case none
  /// Candidates 0 and 1, 2 and 3, …: independent draws, each compared once, as the theory of INPO
  /// and IPO asks for.
  case iid
  /// The candidates with the highest and the lowest win rate against all of them.
  case bestWorst = "best-worst"
  /// Those with the highest and the second highest.
  case bestSecond = "best-second"

  /// The fewest candidates that the rule can choose from.
  var fewest: Int {
    switch self {
    case .none: return 1
    case .iid, .bestWorst: return 2
    case .bestSecond: return 3
    }
  }

  /// The places of the pairs, the better one first under the rules that rank; none where the two
  /// have the same win rate.
  func pairs(_ table: PreferenceTable) -> [(first: Int, second: Int)] {
    switch self {
    case .none: return []
    case .iid: return Self.neighbours(table.count)
    case .bestWorst, .bestSecond:
      let rates = (0..<table.count).compactMap { table.winRate(of: $0) }
      guard rates.count == table.count, rates.count >= fewest else { return [] }
      // Equal rates stand in the order of drawing.
      let order = rates.indices.sorted { (-rates[$0], $0) < (-rates[$1], $1) }
      let (best, other) = (order[0], order[self == .bestSecond ? 1 : order.count - 1])
      return rates[best] > rates[other] ? [(best, other)] : []
    }
  }

  /// How many pairs the rule makes of `count` candidates at most.
  func possible(of count: Int) -> Int {
    guard self != .none, count >= fewest else { return 0 }
    return self == .iid ? count / 2 : 1
  }

  static func neighbours(_ count: Int) -> [(first: Int, second: Int)] {
    (0..<count / 2).map { (2 * $0, 2 * $0 + 1) }
  }
}
