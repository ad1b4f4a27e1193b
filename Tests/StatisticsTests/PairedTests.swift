import Foundation
import TestSupport
import Testing

@testable import Statistics

@Suite struct WinRateTests {
  @Test func itIsTheMeanOverPromptsOfAllCombinations() {
    // Prompt 1: 3 > 1, 3 > 2, 2 > 1, 2 = 2 → 3.5/4. Prompt 2: 0 < 5 → 0.
    let shares = WinRate.shares([[3, 2], [0]], against: [[1, 2], [5]])
    #expect(shares == [0.875, 0])
    let estimate = Inference().winRate([[[3, 2], [0]]], against: [[[1, 2], [5]]])
    #expect(estimate?.value == 0.4375)
    #expect(estimate?.count == 5)
    #expect(estimate?.clusters == 2)
  }

  @Test func againstItselfItIsOneHalf() {
    let scores: [[Double]] = [[1, 2, 3], [5, 5]]
    #expect(Inference().winRate([scores], against: [scores])?.value == 0.5)
  }

  @Test func bothSidesSeedsAreCounted() throws {
    // Seeds 1 and 3 of one side against 2 of the other: lost and won on every prompt.
    let estimate = try #require(
      Inference().winRate(
        [[[1], [1], [1]], [[3], [3], [3]], [[3], [3], [3]]], against: [[[2], [2], [2]]]))
    #expect(abs(estimate.value - 2.0 / 3) < 1e-12)
    #expect(estimate.seeds == 3)
    #expect(estimate.interval?.contains(0.1) == true)
  }

  @Test func badListsGiveNil() {
    #expect(WinRate.shares([[1]], against: []) == nil)
    #expect(WinRate.shares([[]], against: [[1]]) == nil)
    #expect(WinRate.shares([[.nan]], against: [[1]]) == nil)
    #expect(Inference().winRate([], against: []) == nil)
  }
}

@Suite struct SignFlipTests {
  @Test func fewDifferencesAreCountedExactly() {
    // Of the 8 sign patterns of 1, 2, 3 only all + and all − reach |6|.
    #expect(SignFlipTest.pValue([1, 2, 3]) == 0.25)
    // |1 + 2 − 3| = 0: every pattern is as extreme.
    #expect(SignFlipTest.pValue([1, 2, -3]) == 1)
    // Equal sums in other orders: 0.1 + 0.2 + 0.3 must not lose to rounding.
    #expect(SignFlipTest.pValue([0.1, 0.2, 0.3]) == 0.25)
  }

  @Test func twentyAreStillExact() {
    #expect(SignFlipTest.pValue([Double](repeating: 1, count: 20)) == 2 / 1_048_576.0)
  }

  @Test func moreAreSampled() throws {
    // All equal: no sampled pattern is as extreme, p = 1/(1 + B).
    let ones = [Double](repeating: 1, count: 40)
    #expect(SignFlipTest.pValue(ones, resamples: 999) == 0.001)
    // 26 plus, 14 minus of one size is the sign test: two-sided binomial.
    let mixed = [Double](repeating: 1, count: 26) + [Double](repeating: -1, count: 14)
    let p = try #require(SignFlipTest.pValue(mixed, resamples: 20_000))
    #expect(isClose(p, BinomialTest.sign(mixed), within: 0.01))
    #expect(p == SignFlipTest.pValue(mixed, resamples: 20_000))
  }

  @Test func emptyAndZeroAreDefined() {
    #expect(SignFlipTest.pValue([]) == nil)
    #expect(SignFlipTest.pValue([.nan]) == nil)
    #expect(SignFlipTest.pValue([0, 0]) == 1)
  }
}

@Suite struct BinomialTestTests {
  @Test(
    arguments: [
      (10, 2, 0.0385742, 6e-8), (5, 15, 0.0413895, 6e-8), (121, 59, 4.434e-6, 6e-10), (0, 0, 1, 0),
      (7, 7, 1, 0),
    ] as [(Int, Int, Double, Double)])
  func mcNemarMatchesTheFixtures(first: Int, second: Int, expected: Double, tolerance: Double) {
    #expect(isClose(BinomialTest.pValue(first, second), expected, within: tolerance))
    #expect(BinomialTest.pValue(first, second) == BinomialTest.pValue(second, first))
  }

  @Test func theCorrectedStatisticMatchesTheFixture() {
    let result = BinomialTest.corrected(10, 2)
    #expect(isClose(result?.chiSquare, 4.0833, within: 6e-5))
    #expect(isClose(result?.p, 0.043308, within: 6e-7))
    #expect(BinomialTest.corrected(0, 0) == nil)
  }

  @Test func theSignTestDropsZeros() {
    #expect(
      isClose(BinomialTest.sign([1, 2, 0, 5, 0.1, -1]), 12 / 32.0, within: 1e-14))
    #expect(BinomialTest.sign([0]) == 1)
  }
}

@Suite struct MultipleComparisonsTests {
  @Test func holmMatchesTheFixture() throws {
    let adjusted = try #require(MultipleComparisons.holm([0.01, 0.04, 0.03, 0.005]))
    for (value, expected) in zip(adjusted, [0.03, 0.06, 0.06, 0.02]) {
      #expect(isClose(value, expected, within: 1e-15))
    }
  }

  @Test func valuesAreCappedAndChecked() {
    #expect(MultipleComparisons.holm([0.9, 0.8]) == [1, 1])
    #expect(MultipleComparisons.holm([]) == [])
    #expect(MultipleComparisons.holm([1.1]) == nil)
    #expect(MultipleComparisons.holm([.nan]) == nil)
  }
}

@Suite struct ItemDifferenceTests {
  /// 10 items that only the first has right, 2 that only the second has, 88 alike.
  @Test func `grades of 0 and 1 have McNemar's test`() throws {
    let first = Array(repeating: [1.0], count: 10) + Array(repeating: [0.0], count: 2)
    let second = first.map { [1 - $0[0]] }
    let alike = Array(repeating: [1.0], count: 88)
    let found = try #require(
      Inference().itemDifference([first + alike], minus: [second + alike]))
    #expect(found.test == .mcNemar)
    // 2 · P(Bin(12, ½) ≤ 2) = 158/4096.
    #expect(abs(found.pValue - 0.03857421875) < 1e-12)
    #expect(abs(found.estimate.value - 0.08) < 1e-12)
    #expect(found.estimate.interval?.contains(0) == false)
  }

  @Test func `other grades flip signs, and seeds are crossed`() throws {
    let first: [[Double]] = [[0.5], [0.25], [1], [0.75]]
    let second: [[Double]] = [[0.25], [0], [0.5], [0.5]]
    let found = try #require(Inference().itemDifference([first], minus: [second]))
    #expect(found.test == .randomSigns)
    // All four differ in one direction: 2/2⁴.
    #expect(found.pValue == 0.125)
    #expect(
      Inference().itemDifference([first, second, first], minus: [second])?.test == .crossed)
    // Items that one side lacks are left out.
    #expect(Inference().itemDifference([[[], [1]]], minus: [[[1], [1]]])?.estimate.count == 2)
  }
}
