import Foundation
import TestSupport
import Testing

@testable import Statistics

@Suite struct WilsonTests {
  @Test(
    arguments: [
      (57.0, 100, 0.472154, 0.662667), (50, 100, 0.403832, 0.596168), (0, 10, 0, 0.277533),
      (81, 263, 0.255289, 0.366210), (10, 10, 1 - 0.277533, 1),
    ] as [(Double, Int, Double, Double)])
  func intervalsMatchTheFixtures(successes: Double, trials: Int, low: Double, high: Double) {
    let interval = Wilson.interval(successes: successes, of: trials)
    #expect(isClose(interval?.low, low, within: 6e-7))
    #expect(isClose(interval?.high, high, within: 6e-7))
  }

  @Test func impossibleCountsGiveNil() {
    #expect(Wilson.interval(successes: 1, of: 0) == nil)
    #expect(Wilson.interval(successes: 3, of: 2) == nil)
    #expect(Wilson.interval(successes: -1, of: 2) == nil)
    #expect(Wilson.interval(successes: .nan, of: 2) == nil)
    #expect(Wilson.interval(successes: 1, of: 2, confidence: 1) == nil)
    #expect(Wilson.estimate(successes: 1, of: 4)?.value == 0.25)
  }
}

@Suite struct SampleTests {
  @Test func quantilesInterpolateAsNumPyDoes() {
    // numpy.quantile([1, 2, 4, 8], [0, .25, .5, .9, 1])
    let values = [8.0, 1, 4, 2]
    let expected: [(Double, Double)] = [(0, 1), (0.25, 1.75), (0.5, 3), (0.9, 6.8), (1, 8)]
    for (fraction, value) in expected {
      #expect(isClose(Sample.quantile(fraction, of: values), value, within: 1e-12))
    }
    #expect(Sample.median([5]) == 5)
  }

  @Test func badInputGivesNil() {
    #expect(Sample.mean([]) == nil)
    #expect(Sample.mean([1, .nan]) == nil)
    #expect(Sample.variance([1]) == nil)
    #expect(Sample.quantile(0.5, of: []) == nil)
    #expect(Sample.quantile(1.5, of: [1]) == nil)
    #expect(Sample.quantile(.nan, of: [1]) == nil)
    #expect(Sample.estimate([.infinity, 1]) == nil)
  }

  @Test func theMeansIntervalIsStudents() {
    // Mean 3, sd √2.5, t(.975, 4) = 2.776445105: half-width 2.776445105 · √(2.5/5) = 1.963243161.
    let estimate = Sample.estimate([1, 2, 3, 4, 5])
    #expect(estimate?.value == 3)
    #expect(isClose(estimate?.interval?.low, 3 - 1.963243161, within: 1e-8))
    let normal = Sample.estimate([1, 2, 3, 4, 5], distribution: .normal)
    #expect(isClose(normal?.interval?.high, 3 + 1.959963985 * 0.5.squareRoot(), within: 1e-8))
  }

  @Test func oneValueHasNoInterval() {
    #expect(
      Sample.estimate([2]) == Estimate(value: 2, interval: nil, count: 1, clusters: 1))
  }
}

@Suite struct ClusteredMeanTests {
  @Test func theErrorFollowsTheFormula() {
    // ȳ = 3; cluster residual sums −3 (1, 2 → −2 −1) and 3 (4, 5); SE² = 2/1 · (9 + 9)/16 = 2.25.
    #expect(isClose(ClusteredMean.standardError([[1, 2], [4, 5]]), 1.5, within: 1e-15))
  }

  @Test func singleRowsGiveTheUsualError() {
    // C/(C−1) · Σ r²/N² = sd²/n.
    let values = [1.0, 4, 2, 8, 5]
    let usual = Sample.standardDeviation(values).map { $0 / 5.0.squareRoot() }
    #expect(
      isClose(ClusteredMean.standardError(values.map { [$0] }), usual ?? 0, within: 1e-14))
  }

  @Test func repeatedRowsDoNotNarrowTheInterval() {
    let once = ClusteredMean.estimate([[1], [4], [2]])
    let thrice = ClusteredMean.estimate([[1, 1, 1], [4, 4, 4], [2, 2, 2]])
    #expect(isClose(thrice?.interval?.low, once?.interval?.low ?? 0, within: 1e-12))
    #expect(thrice?.count == 9)
    #expect(thrice?.clusters == 3)
  }

  @Test func emptyClustersAreLeftOut() {
    #expect(ClusteredMean.estimate([[1, 2], [], [4, 5]])?.clusters == 2)
    #expect(ClusteredMean.estimate([[], []]) == nil)
    #expect(ClusteredMean.estimate([[1, 2]])?.interval == nil)
    #expect(ClusteredMean.estimate([[1], [.nan]]) == nil)
  }
}

@Suite struct ClusterBootstrapTests {
  private let clusters: [[Double]] = {
    var generator = SeededGenerator(seed: 11)
    return (0..<60).map { _ in
      let prompt = generator.normal()
      return (0..<4).map { _ in prompt + generator.normal() }
    }
  }()

  @Test func bothMethodsAgreeWithTheClusteredErrorOnSymmetricData() throws {
    let normal = try #require(ClusteredMean.estimate(clusters)?.interval)
    for method in [ClusterBootstrap.Method.percentile, .bca] {
      let estimate = ClusterBootstrap(method: method).mean(clusters)
      #expect(isClose(estimate?.interval?.low, normal.low, within: 0.05))
      #expect(isClose(estimate?.interval?.high, normal.high, within: 0.05))
      #expect(estimate?.count == 240)
      #expect(estimate?.clusters == 60)
    }
  }

  @Test func equalSeedsGiveEqualIntervals() {
    let first = ClusterBootstrap(seed: 4).mean(clusters)
    #expect(first == ClusterBootstrap(seed: 4).mean(clusters))
    #expect(first != ClusterBootstrap(seed: 5).mean(clusters))
  }

  @Test func sumsAndCountsGiveTheSame() {
    let bootstrap = ClusterBootstrap(method: .bca)
    #expect(
      bootstrap.mean(sums: clusters.map { $0.reduce(0, +) }, counts: clusters.map(\.count))
        == bootstrap.mean(clusters))
  }

  @Test func theFastJackknifeEqualsThePlainOne() throws {
    let means = clusters.compactMap(Sample.mean)
    let bootstrap = ClusterBootstrap(method: .bca)
    let plain = bootstrap.estimate(clusters: means.count, rows: means.count) { chosen in
      chosen.reduce(0) { $0 + means[$1] } / Double(chosen.count)
    }
    let fast = bootstrap.mean(means.map { [$0] })
    let low = try #require(plain?.interval?.low)
    #expect(isClose(fast?.interval?.low, low, within: 1e-9))
  }

  @Test func bcaShiftsTowardsTheSkew() throws {
    var generator = SeededGenerator(seed: 2)
    let skewed = (0..<40).map { _ in [exp(generator.normal())] }
    let percentile = try #require(ClusterBootstrap().mean(skewed)?.interval)
    let bca = try #require(ClusterBootstrap(method: .bca).mean(skewed)?.interval)
    #expect(bca.low > percentile.low)
    #expect(bca.high > percentile.high)
  }

  @Test func degenerateInputIsDefined() {
    #expect(ClusterBootstrap().mean([]) == nil)
    #expect(ClusterBootstrap().mean([[.nan]]) == nil)
    #expect(ClusterBootstrap().mean(sums: [1], counts: []) == nil)
    #expect(ClusterBootstrap().mean(sums: [1], counts: [-1]) == nil)
    #expect(ClusterBootstrap().mean([[3, 3]])?.interval == nil)
    let constant = ClusterBootstrap(method: .bca).mean([[3], [3]])
    #expect(constant?.interval == Interval(3, 3))
    let undefined = ClusterBootstrap().estimate(clusters: 2, rows: 2) { chosen in
      chosen == [0, 1] ? 1 : .nan
    }
    #expect(undefined?.value == 1)
    #expect(undefined?.interval == nil)
  }
}
