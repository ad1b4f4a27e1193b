import Runs
import Statistics

extension OrderSummary {
  /// Nil where nothing was asked in both orders.
  ///
  /// - Parameter showsWinRates: not of a judge that was fooled; then there is no table.
  init?(_ pairs: [JudgedPair], showsWinRates: Bool = true, _ inference: Inference) {
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
    let position = PositionSummary(verdicts, confidence: inference.confidence)
    let design = SwapDesign(
      pairs.flatMap { Self.orders($0.judgment) }.compactMap { asked, swapped in
        guard let asked, let swapped else { return nil }
        return (direct: asked, swapped: 1 - swapped)
      })
    self.init(
      table: showsWinRates ? position.table : nil,
      flipRate: position.contradictions.map(JudgedShare.init),
      firstSlot: position.firstSlot.map(JudgedShare.init), towardsFirst: position.towardsFirst,
      towardsSecond: position.towardsSecond, pValue: position.contradictionP,
      spread: showsWinRates ? design.map(Spread.init) : nil,
      rules: showsWinRates && !pairs.contains { $0.judgment.combination == .jury }
        ? Self.rules(verdicts, inference) : nil)
  }

  /// The win rate under each rule for orders that disagree, by the rule's name.
  private static func rules(
    _ verdicts: [SwappedVerdict], _ inference: Inference
  ) -> [String: JudgedShare] {
    let names: [(String, SwapRule)] = [
      ("tie", .bothOrTie), ("mean", .mean), ("dropped", .consistentOnly),
    ]
    return names.reduce(into: [:]) { rates, rule in
      rates[rule.0] = SwapSummary(
        verdicts, rule: rule.1, confidence: inference.confidence
      ).winRate.map(JudgedShare.init)
    }
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

extension OrderSummary.Spread {
  fileprivate init(_ design: SwapDesign) {
    self.init(
      prompts: design.betweenPrompts.squareRoot(), orders: design.withinPrompts.squareRoot(),
      single: design.errorWithoutSwap)
  }
}
