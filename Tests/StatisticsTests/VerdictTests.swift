import Foundation
import TestSupport
import Testing

@testable import Statistics

@Suite struct PreferenceSummaryTests {
  @Test func countsAndErrorFollowTheFormula() throws {
    let summary = try #require(PreferenceSummary([0, 0.5, 1, 0.75]))
    #expect(summary.winRate == 0.5625)
    #expect([summary.wins, summary.losses, summary.draws].elementsEqual([2, 1, 1]))
    #expect(summary.count == 4)
    #expect(summary.discreteWinRate == 0.625)
    // Deviations −.5625, −.0625, .4375, .1875: squares sum to .546875; √(.546875/3/4).
    #expect(isClose(summary.standardError, (0.546875 / 12).squareRoot(), within: 1e-15))
  }

  @Test func edgesAreDefined() {
    #expect(PreferenceSummary([]) == nil)
    #expect(PreferenceSummary([1.1]) == nil)
    #expect(PreferenceSummary([.nan]) == nil)
    #expect(PreferenceSummary([0.5])?.standardError == nil)
  }
}

@Suite struct SoftVerdictTests {
  @Test func probabilitiesAreSharedBetweenTheTwoTokens() {
    // e^−1/(e^−1 + e^−2) = 1/(1 + e^−1).
    #expect(isClose(SoftVerdict.firstIsBetter(-1, -2), 1 / (1 + exp(-1)), within: 1e-15))
    #expect(SoftVerdict.firstIsBetter(-1, nil) == 1)
    #expect(SoftVerdict.firstIsBetter(nil, -1) == 0)
    #expect(SoftVerdict.firstIsBetter(nil, nil) == nil)
    #expect(SoftVerdict.firstIsBetter(.nan, -1) == nil)
    #expect(SoftVerdict.firstIsBetter(-.infinity, -1) == 0)
  }

  @Test func theOrderDecidesWhoseItIs() {
    #expect(SoftVerdict.preference(first: 0, second: nil, isSwitched: false) == 0)
    #expect(SoftVerdict.preference(first: 0, second: nil, isSwitched: true) == 1)
    #expect(SoftVerdict.preference(first: -3, second: -3, isSwitched: true) == 0.5)
  }
}

@Suite struct SwapTests {
  private func verdict(_ direct: PairVerdict?, _ swapped: PairVerdict?, _ cluster: Int = 0)
    -> SwappedVerdict
  {
    SwappedVerdict(direct: direct, swapped: swapped, cluster: cluster)
  }

  @Test func theThreeRulesDifferAsStated() {
    let cases: [(PairVerdict, PairVerdict, Double, Double, Double?)] = [
      (.win, .win, 1, 1, 1), (.win, .loss, 0.5, 0.5, nil), (.win, .tie, 0.5, 0.75, nil),
      (.tie, .loss, 0.5, 0.25, nil), (.tie, .tie, 0.5, 0.5, 0.5), (.loss, .loss, 0, 0, 0),
    ]
    for (direct, swapped, both, mean, consistent) in cases {
      let pair = verdict(direct, swapped)
      #expect(SwapRule.bothOrTie.score(pair) == both)
      #expect(SwapRule.mean.score(pair) == mean)
      #expect(SwapRule.consistentOnly.score(pair) == consistent)
    }
    for rule in SwapRule.allCases { #expect(rule.score(verdict(.win, nil)) == nil) }
  }

  @Test func theSummaryCountsWhatItLeavesOut() {
    let verdicts = [
      verdict(.win, .win, 0), verdict(.win, .loss, 0), verdict(.loss, .loss, 1),
      verdict(nil, .win, 2),
    ]
    let summary = SwapSummary(verdicts)
    #expect([summary.wins, summary.ties, summary.losses].elementsEqual([1, 1, 1]))
    #expect(summary.inconsistent == 1)
    #expect(summary.excluded == 1)
    // Each prompt counts once: ¾ and 0.
    #expect(summary.winRate?.value == 0.375)
    #expect(summary.winRate?.clusters == 2)
    #expect(SwapSummary([verdict(nil, nil)]).winRate == nil)
  }

  @Test func thePositionCardSeesAJudgeThatPrefersTheFirstSlot() {
    // Ten pairs judged for whichever is shown first, five consistent, one without a verdict.
    let verdicts =
      (0..<10).map { verdict(.win, .loss, $0) } + (10..<15).map { verdict(.win, .win, $0) }
      + [verdict(nil, .tie, 15)]
    let position = PositionSummary(verdicts)
    #expect(position.table == [[5, 0, 10], [0, 0, 0], [0, 0, 0]])
    #expect(position.unscored == 1)
    // First slot chosen: 20 of 20 in the flips, 5 of 10 in the others.
    #expect(isClose(position.firstSlot?.value, 25 / 30.0, within: 1e-15))
    #expect(isClose(position.flipRate?.value, 2 / 3.0, within: 1e-15))
    // Ten flips to one side: 2/2¹⁰.
    #expect(isClose(position.pValue, 2 / 1024.0, within: 1e-15))
    #expect(position.consistent == 5 && position.count == 15)
    #expect(PositionSummary([]).firstSlot == nil)
    #expect(PositionSummary([]).pValue == 1)
  }

  @Test func verdictsFlip() {
    for verdict in PairVerdict.allCases {
      #expect(verdict.flipped.flipped == verdict)
      #expect(verdict.score + verdict.flipped.score == 1)
    }
  }
}

@Suite struct RoganGladenTests {
  @Test func aPerfectJudgeChangesNothing() throws {
    let estimate = try #require(
      RoganGladen.estimate(judged: (60, 100), hits: (50, 50), rejections: (40, 40)))
    #expect(isClose(estimate.value, 0.6, within: 1e-15))
    // Lang and Reiczigel's formula in Python; more than the judged share's own 1.96·√(.24/100), since
    // 90 labels do not prove a judge perfect.
    #expect(isClose(estimate.interval?.high, 0.702652536, within: 1e-8))
  }

  @Test func errorsAreUndoneAndWidenTheInterval() throws {
    // q = .6, se = .9, sp = .8: (.6 + .8 − 1)/.7 = 4/7; the interval by Lang and Reiczigel's formula in
    // Python, with Student's quantile of 198 degrees of freedom.
    let estimate = try #require(
      RoganGladen.estimate(judged: (60, 100), hits: (90, 100), rejections: (80, 100)))
    #expect(isClose(estimate.value, 4 / 7.0, within: 1e-15))
    #expect(isClose(estimate.interval?.low, 0.412341643, within: 1e-8))
  }

  @Test func aChanceJudgeAndImpossibleCountsGiveNil() {
    #expect(RoganGladen.estimate(judged: (5, 10), hits: (5, 10), rejections: (5, 10)) == nil)
    #expect(RoganGladen.estimate(judged: (11, 10), hits: (9, 10), rejections: (9, 10)) == nil)
    #expect(RoganGladen.estimate(judged: (5, 10), hits: (0, 0), rejections: (9, 10)) == nil)
    // Clipped where noise carries it outside.
    let clipped = RoganGladen.estimate(judged: (10, 10), hits: (9, 10), rejections: (9, 10))
    #expect(clipped?.value == 1)
    #expect(clipped?.interval?.high == 1)
  }
}

@Suite struct PredictionPoweredTests {
  @Test func theFormulaIsFollowed() throws {
    // λ = 1: mean f = .5 of four others, residuals h − f = (1, 0, 0, 0): θ = .75.
    let result = try #require(
      PredictionPowered(
        human: [1, 1, 0, 0], judge: [0, 1, 0, 0], unlabelled: [1, 0, 1, 0], power: 1))
    #expect(result.estimate.value == 0.75)
    #expect(result.estimate.interval?.contains(0.75) == true)
    let humans = try #require(
      PredictionPowered(
        human: [1, 1, 0, 0], judge: [0, 1, 0, 0], unlabelled: [1, 0, 1, 0], power: 0))
    #expect(humans.estimate.value == 0.5)
  }

  @Test func tunedItCoversTheTruthAndIsNeverMuchWorseThanHumansAlone() throws {
    var generator = SeededGenerator(seed: 9)
    for skill in [0.95, 0.5] {
      var covered = 0
      var shorter = 0
      for _ in 0..<300 {
        func draw() -> (human: Double, judge: Double) {
          let truth = generator.uniform() < 0.6 ? 1.0 : 0
          return (truth, generator.uniform() < skill ? truth : 1 - truth)
        }
        let labelled = (0..<100).map { _ in draw() }
        let result = try #require(
          PredictionPowered(
            human: labelled.map(\.human), judge: labelled.map(\.judge),
            unlabelled: (0..<1000).map { _ in draw().judge }))
        let interval = try #require(result.estimate.interval)
        let alone = try #require(BoundedMean.interval(labelled.map(\.human)))
        if interval.contains(0.6) { covered += 1 }
        if interval.high - interval.low <= alone.high - alone.low { shorter += 1 }
      }
      // 285 expected of 300, standard deviation 3.8.
      #expect(covered >= 270, "\(skill): \(covered)")
      #expect(shorter >= 285, "\(skill): \(shorter)")
    }
  }

  @Test func tenLabelsThatAgreeAreNotCertain() throws {
    let result = try #require(
      PredictionPowered(
        human: [Double](repeating: 1, count: 10), judge: [Double](repeating: 1, count: 10),
        unlabelled: (0..<100).map { $0 % 10 == 0 ? 0 : 1 }))
    let interval = try #require(result.estimate.interval)
    #expect(interval.low < 0.75 && interval.high == 1)
  }

  @Test func badInputGivesNil() {
    #expect(PredictionPowered(human: [1], judge: [1], unlabelled: [1, 0]) == nil)
    #expect(PredictionPowered(human: [1, 0], judge: [1], unlabelled: [1, 0]) == nil)
    #expect(PredictionPowered(human: [1, 0], judge: [1, 0], unlabelled: []) == nil)
    // A judge that never varies is not used.
    let constant = PredictionPowered(human: [1, 0, 1], judge: [1, 1, 1], unlabelled: [1, 1])
    #expect(constant?.power == 0)
    #expect(isClose(constant?.estimate.value, 2 / 3.0, within: 1e-15))
  }
}
