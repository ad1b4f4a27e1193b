import Runs
import Statistics

extension OrderSummary {
  /// Nil where nothing was asked in both orders.
  ///
  /// - Parameter showsWinRates: not of a judge that was fooled; then there is no table.
  init?(_ pairs: [JudgedPair], showsWinRates: Bool = true, _ inference: Inference) {
    var clusters: [ByteText: Int] = [:]
    // As combined, and each answer by itself where a question was repeated.
    var verdicts: [SwappedVerdict] = []
    var answers: [SwappedVerdict] = []
    // Comparisons in which most answers prefer the first place, and the second.
    var leaning = (first: 0, second: 0)
    for pair in pairs {
      let cluster = clusters[ByteText(pair.id)] ?? clusters.count
      clusters[ByteText(pair.id)] = cluster
      func verdict(_ asked: Double?, _ swapped: Double?) -> SwappedVerdict {
        SwappedVerdict(
          direct: asked.map(Self.verdict), swapped: swapped.map { Self.verdict(1 - $0) },
          cluster: cluster)
      }
      for (asked, swapped) in Self.orders(pair.judgment) {
        verdicts.append(verdict(asked.preference, swapped.preference))
        let (own, other) = (Self.repetitions(asked), Self.repetitions(swapped))
        for place in 0..<max(own.count, other.count) {
          answers.append(
            verdict(
              own.indices.contains(place) ? own[place] : nil,
              other.indices.contains(place) ? other[place] : nil))
        }
        let lean = (own + other).compactMap { $0 }
          .reduce(0) { $0 + ($1 > 0.5 ? 1 : $1 < 0.5 ? -1 : 0) }
        if lean > 0 { leaning.first += 1 } else if lean < 0 { leaning.second += 1 }
      }
    }
    guard !verdicts.isEmpty else { return nil }
    let position = PositionSummary(verdicts, confidence: inference.confidence)
    let isRepeated = answers.count > verdicts.count
    let design = SwapDesign(
      pairs.flatMap { Self.orders($0.judgment) }.compactMap { asked, swapped in
        guard let asked = asked.preference, let swapped = swapped.preference else { return nil }
        return (direct: asked, swapped: 1 - swapped)
      })
    self.init(
      table: showsWinRates ? position.table : nil,
      flipRate: position.contradictions.map(JudgedShare.init),
      firstSlot: (isRepeated
        ? PositionSummary(answers, confidence: inference.confidence) : position).firstSlot
        .map(JudgedShare.init),
      towardsFirst: position.towardsFirst, towardsSecond: position.towardsSecond,
      pValue: isRepeated
        ? BinomialTest.pValue(leaning.first, leaning.second) ?? 1 : position.contradictionP,
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

  /// What both orders gave, each for what it showed first, wherever they are among the parts.
  private static func orders(_ judgment: Judgment) -> [(Judgment, Judgment)] {
    guard let parts = judgment.parts else { return [] }
    if judgment.combination == .orders, parts.count == 2 { return [(parts[0], parts[1])] }
    return parts.flatMap(orders)
  }

  /// The preferences of all answers to one order.
  private static func repetitions(_ judgment: Judgment) -> [Double?] {
    guard judgment.combination == .repetitions, let parts = judgment.parts else {
      return [judgment.preference]
    }
    return parts.map(\.preference)
  }
}

extension OrderSummary.Spread {
  fileprivate init(_ design: SwapDesign) {
    self.init(
      prompts: design.betweenPrompts.squareRoot(), orders: design.withinPrompts.squareRoot(),
      single: design.errorWithoutSwap)
  }
}
