import Runs
import Statistics

extension NullRow {
  /// What rules without merit make of the same comparisons, and what a constant text wins.
  ///
  /// - Parameters:
  ///   - pairs: without canaries; those without a verdict are left out, as from the win rate.
  ///   - canaries: what the judge said of texts without content.
  static func all(
    _ pairs: [JudgedPair], _ canaries: [CanarySummary], _ inference: Inference
  ) -> [NullRow] {
    let judged = pairs.filter { $0.judgment.preference != nil }
    guard !judged.isEmpty else { return [] }
    func rate(_ rule: (JudgedPair) -> Double) -> JudgedShare? {
      JudgedShare.of(judged.map { ($0.id, rule($0)) }, inference)
    }
    func longer(_ pair: JudgedPair) -> Double {
      let excess = pair.lengths[0] - pair.lengths[1]
      return excess > 0 ? 1 : excess < 0 ? 0 : 0.5
    }
    return [
      NullRow(kind: .longer, winRate: rate(longer)),
      NullRow(kind: .shorter, winRate: rate { 1 - longer($0) }),
      NullRow(kind: .random, winRate: rate(coin)),
      NullRow(kind: .constant, winRate: canaries.first { $0.kind == .constant }?.winRate),
    ]
  }

  /// A coin that falls the same way whenever the comparison is made.
  private static func coin(_ pair: JudgedPair) -> Double {
    let hash = SHA256.hex(of: "coin \(pair.content ?? pair.id)")
    return (hash.utf8.first ?? 0) % 2 == 0 ? 1 : 0
  }
}
