import TestSupport
import Testing

@testable import Training

/// Pair samplers, against lists made by hand or by enumeration.
@Suite struct PairSelectionTests {
  /// P(row ≻ column) of four candidates; win rates (with ½ for itself) .55, .525, .475, .45.
  static var table: PreferenceTable {
    var table = PreferenceTable(4)
    let values = [(0, 1, 0.9), (0, 2, 0.2), (0, 3, 0.6), (1, 2, 0.8), (1, 3, 0.7), (2, 3, 0.4)]
    for (first, second, probability) in values {
      table.record(first, over: second, probability)
    }
    return table
  }

  static func selection(
    _ rule: PairRule, _ verdict: PairSelection.Verdict, _ pool: PairSelection.Pool = .all,
    leastMargin: Double = 0
  ) -> PairSelection {
    PairSelection(rule: rule, verdict: verdict, pool: pool, leastMargin: leastMargin)
  }

  @Test func winRatesCountACandidateAgainstItselfAsOneHalf() {
    // Rows of the table with ½ on the diagonal, divided by 4.
    let expected = [
      (0.5 + 0.9 + 0.2 + 0.6) / 4, (0.1 + 0.5 + 0.8 + 0.7) / 4,
      (0.8 + 0.2 + 0.5 + 0.4) / 4, (0.4 + 0.3 + 0.6 + 0.5) / 4,
    ]
    expectClose((0..<4).compactMap { Self.table.winRate(of: $0) }, expected, within: 1e-12)
    var part = PreferenceTable(3)
    part.record(0, over: 1, 0.7)
    #expect(part.winRate(of: 0) == nil, "a comparison is missing")
    #expect(part[1, 0].map { abs($0 - 0.3) < 1e-12 } == true)
  }

  @Test func independentPairsAreNeighboursInTheOrderOfDrawing() {
    for count in 0...7 {
      let pairs = PairRule.iid.pairs(PreferenceTable(count))
      #expect(pairs.map(\.first) == Array(stride(from: 0, to: count - 1, by: 2)))
      #expect(pairs.allSatisfy { $0.second == $0.first + 1 })
      #expect(PairRule.iid.possible(of: count) == count / 2)
    }
  }

  @Test func bestAndWorstAreThoseOfAllPairs() {
    // Over all ways to order four distinct rewards, the rule finds the extremes.
    var seen = 0
    func permute(_ rest: [Int], _ chosen: [Int]) {
      if rest.isEmpty {
        seen += 1
        let table = PreferenceTable(rewards: chosen.map(Double.init))
        let best = PairRule.bestWorst.pairs(table)
        #expect(best.map { [chosen[$0.first], chosen[$0.second]] } == [[3, 0]])
        let second = PairRule.bestSecond.pairs(table)
        #expect(second.map { [chosen[$0.first], chosen[$0.second]] } == [[3, 2]])
      }
      for value in rest { permute(rest.filter { $0 != value }, chosen + [value]) }
    }
    permute([0, 1, 2, 3], [])
    #expect(seen == 24)
    #expect(PairRule.bestWorst.pairs(PreferenceTable(rewards: [2, 2, 2])).isEmpty)
    #expect(PairRule.bestSecond.pairs(PreferenceTable(rewards: [2, 2, 1])).isEmpty)
  }

  @Test func hardVerdictsFollowTheLikelierAndLeaveTiesOut() {
    var table = Self.table
    table.record(2, over: 3, 0.5)
    let outcome = Self.selection(.iid, .hard, .pair).pairs(table) { 0 }
    #expect(outcome.possible == 2)
    #expect(outcome.ties == 1)
    #expect(
      outcome.pairs == [
        PairSelection.Pair(
          chosen: 0, rejected: 1, preference: nil, winRates: [1, 0], margin: 2 * 0.9 - 1)
      ])
  }

  @Test func drawnVerdictsHaveTheOraclesFrequencies() {
    // Enumerates a grid of uniform numbers: exactly 90 % of them lie below 0.9.
    let numbers = (0..<1000).map { (Double($0) + 0.5) / 1000 }
    var wins = 0
    for number in numbers {
      let outcome = Self.selection(.iid, .drawn, .pair).pairs(Self.table) { number }
      #expect(outcome.pairs.count == 2)
      if outcome.pairs[0].chosen == 0 { wins += 1 }
      #expect(outcome.pairs[0].winRates == [1, 0])
    }
    #expect(wins == 900)
    // Under a rule that ranks, a pair is kept only where its best candidate also wins the draw.
    // Best 0 against worst 3 wins with 0.6.
    let kept = numbers.filter { number in
      !Self.selection(.bestWorst, .drawn).pairs(Self.table) { number }.pairs.isEmpty
    }
    #expect(kept.count == 600)
  }

  @Test func softVerdictsKeepTheProbabilityAndTheWinRates() {
    let all = Self.selection(.iid, .soft).pairs(Self.table) { 0 }.pairs
    #expect(all.map(\.chosen) == [0, 3])
    expectClose(all.compactMap(\.preference), [0.9, 0.6], within: 1e-12)
    expectClose(all[0].winRates, [0.55, 0.525], within: 1e-12)
    expectClose(all[1].winRates, [0.45, 0.475], within: 1e-12)
    // One comparison: the win rate is the probability itself.
    let one = Self.selection(.iid, .soft, .pair).pairs(Self.table) { 0 }.pairs
    expectClose(one[0].winRates, [0.9, 0.1], within: 1e-12)
    let best = Self.selection(.bestWorst, .soft).pairs(Self.table) { 0 }.pairs
    #expect(best.map { [$0.chosen, $0.rejected] } == [[0, 3]])
    expectClose(best[0].winRates, [0.55, 0.45], within: 1e-12)
  }

  @Test func whatTheOracleDidNotAnswerIsLeftOutAndIsNoTie() {
    var table = PreferenceTable(4)
    table.record(0, over: 1, 0.9)
    // One of two neighbours has an answer.
    let pairs = Self.selection(.iid, .hard, .pair).pairs(table) { 0 }
    #expect(pairs.pairs.map(\.chosen) == [0])
    #expect(pairs.possible == 2 && pairs.unanswered == 1 && pairs.ties == 0)
    // Ranks and win rates over all candidates need all six.
    for selection in [Self.selection(.iid, .soft), Self.selection(.bestWorst, .hard)] {
      let outcome = selection.pairs(table) { 0 }
      #expect(outcome.pairs.isEmpty && outcome.ties == 0)
      #expect(outcome.unanswered == outcome.possible && outcome.possible > 0)
    }
    #expect(Self.selection(.bestWorst, .hard).pairs(Self.table) { 0 }.unanswered == 0)
  }

  @Test func pairsOfASmallMarginAreLeftOut() {
    let rule = Self.selection(.iid, .soft, leastMargin: 0.03)
    #expect(rule.pairs(Self.table) { 0 }.pairs.isEmpty)
    let wider = Self.selection(.iid, .soft, leastMargin: 0.02)
    #expect(wider.pairs(Self.table) { 0 }.pairs.count == 2)
  }

  @Test func onlyWhatIsNeededIsAsked() {
    func asked(_ selection: PairSelection, _ count: Int) -> [[Int]] {
      selection.questions(of: count).map { [$0.first, $0.second] }
    }
    #expect(asked(Self.selection(.iid, .hard, .pair), 5) == [[0, 1], [2, 3]])
    // A pool needs the upper half of the table: K (K − 1) / 2 comparisons.
    #expect(asked(Self.selection(.iid, .hard, .all), 3) == [[0, 1], [0, 2], [1, 2]])
    #expect(asked(Self.selection(.bestWorst, .hard, .pair), 5).count == 10)
    #expect(asked(Self.selection(.none, .hard), 1).isEmpty)
    #expect(asked(Self.selection(.none, .hard), 0).isEmpty)
  }

  @Test func aRewardGivesATableWithoutDoubt() {
    let table = PreferenceTable(rewards: [1, 3, 1])
    #expect(table[1, 0] == 1)
    #expect(table[0, 1] == 0)
    #expect(table[0, 2] == 0.5)
    #expect(table.winRate(of: 1) == 2.5 / 3)
  }
}
