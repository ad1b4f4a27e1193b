import Foundation
import TestSupport
import Testing

@testable import Statistics

@Suite struct CohenKappaTests {
  @Test func theTextbookTableGivesFourTenths() {
    // p_o = 35/50, p_e = (25 · 30 + 25 · 20)/2500 = .5; (.7 − .5)/.5.
    #expect(isClose(CohenKappa.value(table: [[20, 5], [10, 15]]), 0.4, within: 1e-15))
  }

  @Test func labelsGiveTheSameAsTheirTable() {
    var first: [String] = []
    var second: [String] = []
    for (one, other, times) in [("y", "y", 20), ("y", "n", 5), ("n", "y", 10), ("n", "n", 15)] {
      first += [String](repeating: one, count: times)
      second += [String](repeating: other, count: times)
    }
    #expect(isClose(CohenKappa.value(first, second), 0.4, within: 1e-15))
    let estimate = CohenKappa.estimate(first, second)
    #expect(isClose(estimate?.value, 0.4, within: 1e-15))
    // The large-sample error is √(p_o(1 − p_o)/n)/(1 − p_e) = .1296.
    let width = (estimate?.interval).map { $0.high - $0.low }
    // Joined with the jackknife's, because percentiles alone are too narrow: at most a fifth wider.
    let normal = 2 * 1.96 * 0.1296
    #expect((width ?? 0) > normal - 0.02 && (width ?? 9) < 1.2 * normal)
  }

  /// Where one category has nine items of ten and raters are right nine times of ten, κ is .39; twenty
  /// items often hold no agreement on the rare one, and percentiles of the items alone end at 0.
  @Test func whatFewItemsDoNotShowIsStillPossible() throws {
    let first = [String](repeating: "y", count: 19) + ["n"]
    let second = [String](repeating: "y", count: 18) + ["n", "y"]
    let interval = try #require(CohenKappa.estimate(first, second)?.interval)
    #expect(interval.contains(0.39), "\(interval)")
    let items = zip(first, second).map { [$0, $1] }
    let summary = try #require(AgreementSummary(items))
    #expect(summary.krippendorff?.interval?.contains(0.39) == true)
    #expect(summary.fleiss?.interval?.contains(0.39) == true)
  }

  @Test func undefinedTablesGiveNil() {
    #expect(CohenKappa.value(table: []) == nil)
    #expect(CohenKappa.value(table: [[1, 2]]) == nil)
    #expect(CohenKappa.value(table: [[1, -1], [1, 1]]) == nil)
    #expect(CohenKappa.value(["a", "a"], ["a", "a"]) == nil)
    #expect(CohenKappa.value(["a"], []) == nil)
    #expect(CohenKappa.estimate([Int](), []) == nil)
  }
}

@Suite struct FleissKappaTests {
  /// Ten items, fourteen raters, five categories.
  ///
  /// Source: the worked example of Fleiss 1971 as textbooks print it; κ = 0.20993.
  private let table = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
  ]

  @Test func theTextbookTableIsReproduced() {
    #expect(isClose(FleissKappa.value(counts: table), 0.20993, within: 5e-6))
    let interval = FleissKappa.estimate(counts: table)?.interval
    #expect(interval?.contains(0.20993) == true)
  }

  @Test func twoRatersWhoAlwaysAgreeHaveOne() {
    #expect(isClose(FleissKappa.value(counts: [[2, 0], [0, 2], [2, 0]]), 1, within: 1e-15))
  }

  @Test func unevenOrEmptyTablesGiveNil() {
    #expect(FleissKappa.value(counts: []) == nil)
    #expect(FleissKappa.value(counts: [[1, 1], [1, 2]]) == nil)
    #expect(FleissKappa.value(counts: [[1, 0]]) == nil)
    #expect(FleissKappa.value(counts: [[2, 0], [2, 0]]) == nil)
    #expect(FleissKappa.estimate(counts: []) == nil)
  }
}

@Suite struct KrippendorffAlphaTests {
  /// Four observers, twelve units, gaps: the canonical data set.
  ///
  /// Source: Krippendorff 2011, example C, which prints .743, .815, .849, .797.
  private let units: [[Double]] = [
    [1, 1, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4], [4, 4, 4, 4],
    [1, 1, 2, 1], [2, 2, 2, 2], [5, 5, 5], [1, 1], [3],
  ]

  @Test(
    arguments: [
      (.nominal, 0.743421), (.ordinal, 0.815388), (.interval, 0.849107), (.ratio, 0.797403),
    ] as [(KrippendorffAlpha.Scale, Double)])
  func theCanonicalDataSetIsReproduced(scale: KrippendorffAlpha.Scale, expected: Double) {
    #expect(isClose(KrippendorffAlpha.value(units, scale: scale), expected, within: 5e-7))
  }

  @Test func smallCasesAreExact() {
    // Fixtures of evaluation.md 4.8, each a fraction that can be had by hand.
    let nominal = KrippendorffAlpha.value(
      [[1, 1, 1], [0, 0, 0], [1, 1, 1], [0, 0, 1]], scale: .nominal)
    #expect(isClose(nominal, 1 - 132 / 420.0, within: 1e-15))
    let interval = KrippendorffAlpha.value([[1, 2], [3, 4], [1, 1]], scale: .interval)
    #expect(isClose(interval, 19 / 24.0, within: 1e-15))
    let ordinal = KrippendorffAlpha.value([[1, 1], [3, 4], [5, 5]], scale: .ordinal)
    #expect(isClose(ordinal, 94 / 99.0, within: 1e-15))
    let uneven = KrippendorffAlpha.value([[1, 1, 0], [0, 0]], scale: .nominal)
    #expect(isClose(uneven, 1 / 3.0, within: 1e-15))
  }

  @Test func edgesAreDefined() {
    #expect(KrippendorffAlpha.value([[2, 2], [2, 2]], scale: .nominal) == 1)
    #expect(KrippendorffAlpha.value([], scale: .nominal) == nil)
    #expect(KrippendorffAlpha.value([[1], [2]], scale: .nominal) == nil)
    #expect(KrippendorffAlpha.value([[-1, 1]], scale: .ratio) == nil)
    #expect(KrippendorffAlpha.value([[.nan, 1]], scale: .interval) == nil)
    let estimate = KrippendorffAlpha.estimate(units, scale: .nominal)
    #expect(estimate?.interval?.contains(0.743421) == true)
  }
}

@Suite struct GwetAC1Tests {
  @Test func itResistsTheParadoxOfKappa() {
    // 118 of 125 agree on the frequent category, 2 on the other, 5 disagree: π = 120.5/125 = .964,
    // p_γ = 2 · .964 · .036 = .069408; AC1 = (.96 − .069408)/(1 − .069408) = .957018.
    let counts =
      [[Int]](repeating: [2, 0], count: 118) + [[Int]](repeating: [0, 2], count: 2)
      + [[Int]](repeating: [1, 1], count: 5)
    #expect(isClose(GwetAC1.value(counts: counts), 0.890592 / 0.930592, within: 1e-6))
    // Cohen's κ of the same: p_e with equal margins = 1 − .069408; (.96 − .930592)/.069408 = .4237.
    #expect(isClose(FleissKappa.value(counts: counts), 0.029408 / 0.069408, within: 1e-6))
  }

  @Test func edgesAreDefined() {
    #expect(GwetAC1.value(counts: []) == nil)
    #expect(GwetAC1.value(counts: [[2]]) == nil)
    #expect(GwetAC1.value(counts: [[1, 0], [0, 1]]) == nil)
    #expect(GwetAC1.value(counts: [[-1, 3]]) == nil)
    #expect(GwetAC1.value(counts: [[2, 0], [2, 0]]) == 1)
    #expect(GwetAC1.estimate(counts: [[2, 0], [1, 1], [0, 2]])?.interval != nil)
  }
}

@Suite struct ClusteredAgreementTests {
  /// Every item twice, both in one cluster, is what the items are alone: as uncertain, not less.
  @Test func copiesOfAnItemAddNothing() throws {
    let items = (0..<12).map { number in
      number % 3 == 0 ? ["a", "a"] : number % 3 == 1 ? ["a", "b"] : ["b", "b"]
    }
    let bootstrap = ClusterBootstrap(resamples: 300)
    let single = try #require(AgreementSummary(items, bootstrap: bootstrap))
    let double = try #require(
      AgreementSummary(
        items + items, clusters: Array(0..<12) + Array(0..<12), bootstrap: bootstrap))
    #expect(double.raw?.interval == single.raw?.interval && single.raw?.interval != nil)
    #expect(double.raw?.clusters == 12 && double.raw?.count == 24)
    let values = zip(
      [double.fleiss, double.gwet].map { $0?.interval?.low },
      [single.fleiss, single.gwet].map { $0?.interval?.low })
    for (one, other) in values { #expect(abs((one ?? 1) - (other ?? 0)) < 1e-12) }
    let (first, second) = (items.map { $0[0] }, items.map { $0[1] })
    let kappa = CohenKappa.estimate(
      first + first, second + second, clusters: Array(0..<12) + Array(0..<12),
      bootstrap: bootstrap)
    let alone = CohenKappa.estimate(first, second, bootstrap: bootstrap)
    #expect(abs((kappa?.interval?.low ?? 1) - (alone?.interval?.low ?? 0)) < 1e-12)
    // Taken for independent, the copies would make it narrower.
    let naive = try #require(AgreementSummary(items + items, bootstrap: bootstrap))
    #expect(width(naive.raw) < width(single.raw))
    #expect(AgreementSummary(items, clusters: [0], bootstrap: bootstrap) == nil)
  }

  private func width(_ estimate: Estimate?) -> Double {
    estimate?.interval.map { $0.high - $0.low } ?? 0
  }
}

@Suite struct AgreementSummaryTests {
  @Test func itGivesAllFourAndThePrevalence() throws {
    let items = [["a", "a"], ["a", "a"], ["b", "b"], ["a", "b"], ["a"]]
    let summary = try #require(AgreementSummary(items))
    #expect(summary.items == 4)
    #expect(summary.ratings == 8)
    #expect(summary.raw?.value == 0.75)
    #expect(summary.prevalence.map(\.category) == ["a", "b"])
    #expect(summary.prevalence.map(\.share) == [0.625, 0.375])
    // p_e = .625² + .375² = .53125; (.75 − .53125)/.46875 = 7/15.
    #expect(isClose(summary.fleiss?.value, 7 / 15.0, within: 1e-15))
    #expect(isClose(summary.gwet?.value, 0.28125 / 0.53125, within: 1e-15))
    #expect(
      summary.krippendorff?.value
        == KrippendorffAlpha.value([[0, 0], [0, 0], [1, 1], [0, 1]], scale: .nominal))
    #expect(AgreementSummary([["a"], []]) == nil)
  }
}
