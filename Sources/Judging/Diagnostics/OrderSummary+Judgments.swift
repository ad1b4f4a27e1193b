import Runs
import Statistics

extension OrderSummary {
  /// Nil where nothing was asked in both orders.
  ///
  /// - Parameter showsWinRates: not of a judge that was fooled; then there is no table.
  init?(_ pairs: [JudgedPair], showsWinRates: Bool = true) {
    var clusters: [ByteText: Int] = [:]
    let verdicts = pairs.flatMap { pair -> [SwappedVerdict] in
      let cluster = clusters[ByteText(pair.id)] ?? clusters.count
      clusters[ByteText(pair.id)] = cluster
      return Self.orders(pair.judgment).map { asked, swapped in
        SwappedVerdict(
          direct: asked.map(Self.verdict), swapped: swapped.map { Self.verdict(1 - $0) },
          cluster: cluster)
      }
    }
    guard !verdicts.isEmpty else { return nil }
    let position = PositionSummary(verdicts)
    self.init(
      table: showsWinRates ? position.table : nil,
      flipRate: position.contradictions.map(JudgedShare.init),
      firstSlot: position.firstSlot.map(JudgedShare.init), towardsFirst: position.towardsFirst,
      towardsSecond: position.towardsSecond, pValue: position.contradictionP)
  }

  private static func verdict(_ share: Double) -> PairVerdict {
    share > 0.5 ? .win : share < 0.5 ? .loss : .tie
  }

  /// The preferences of both orders for what was shown first, wherever they are among the parts.
  private static func orders(_ judgment: Judgment) -> [(Double?, Double?)] {
    guard let parts = judgment.parts else { return [] }
    if judgment.combination == .orders, parts.count == 2 {
      return [(parts[0].preference, parts[1].preference)]
    }
    return parts.flatMap(orders)
  }
}
