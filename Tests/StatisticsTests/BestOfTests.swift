import Foundation
import TestSupport
import Testing

@testable import Statistics

@Suite struct BestOfTests {
  private let probabilities = [0.4, 0.3, 0.2, 0.1]
  private let rewards = [0, 1, 2, 1.5]

  private func divergence(_ first: [Double], _ second: [Double]) -> Double {
    zip(first, second).reduce(0) { $0 + ($1.0 > 0 ? $1.0 * log($1.0 / $1.1) : 0) }
  }

  private func mean(_ probabilities: [Double]) -> Double {
    zip(probabilities, rewards).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private func distribution(_ n: Int) throws -> [Double] {
    try #require(BestOf.distribution(n, probabilities: probabilities, rewards: rewards))
  }

  @Test func weightsMatchTheFixture() throws {
    let weights = try #require(BestOf.weights(3, of: 6))
    for (weight, expected) in zip(weights, [0, 0, 0.05, 0.15, 0.3, 0.5]) {
      #expect(isClose(weight, expected, within: 1e-13))
    }
  }

  @Test func weightsSumToOneWithoutOverflow() throws {
    let weights = try #require(BestOf.weights(2000, of: 5000))
    #expect(isClose(weights.reduce(0, +), 1, within: 1e-9))
    #expect(BestOf.weights(1, of: 4) == [Double](repeating: 0.25, count: 4))
  }

  @Test func theEstimateIsTheMeanOverAllSubsets() throws {
    // Four samples, n = 2: subsets' maxima 3, 5, 8, 5, 8, 8 average 37/6; the metric follows them.
    let rewards = [5.0, 1, 8, 3]
    #expect(isClose(BestOf.mean(2, rewards: rewards, metric: rewards), 37 / 6.0, within: 1e-12))
    let metric = [10.0, 20, 30, 40]
    // Winners: {5,1} 10, {5,8} 30, {5,3} 10, {1,8} 30, {1,3} 40, {8,3} 30.
    #expect(isClose(BestOf.mean(2, rewards: rewards, metric: metric), 25, within: 1e-12))
  }

  @Test func tiesShareTheirWeight() throws {
    let weights = try #require(BestOf.weights(2, rewards: [1, 0, 1]))
    // Subset winners: {0,1} → 0, {0,2} → either, {1,2} → 2.
    #expect(isClose(weights[0], 0.5, within: 1e-13))
    #expect(isClose(weights[1], 0, within: 1e-13))
    #expect(isClose(weights[2], 0.5, within: 1e-13))
  }

  @Test func theBestOfThreeNormalsIsKnown() throws {
    // 3/(2√π) = .846284; a pool of 4000 evenly spaced quantiles stands for the population.
    let pool = try (0..<4000).map { try #require(Normal.quantile((Double($0) + 0.5) / 4000)) }
    #expect(isClose(BestOf.mean(3, rewards: pool, metric: pool), 0.846284, within: 5e-4))
  }

  @Test func theExactDistributionMatchesTheGoldenTable() throws {
    let two = try distribution(2)
    for (value, expected) in zip(two, [0.16, 0.33, 0.36, 0.15]) {
      #expect(isClose(value, expected, within: 1e-12))
    }
    for (value, expected) in zip(try distribution(4), [0.0256, 0.2145, 0.5904, 0.1695]) {
      #expect(isClose(value, expected, within: 6e-5))
    }
  }

  @Test(arguments: [
    (2, 1.275, 0.157269, 0.193147), (4, 1.64955, 0.586210, 0.636294),
    (8, 1.886635, 1.098341, 1.204442), (16, 1.984264, 1.486831, 1.835089),
  ])
  func rewardAndDivergenceMatchTheGoldenTable(
    n: Int, reward: Double, divergence expected: Double, bound: Double
  ) throws {
    let best = try distribution(n)
    #expect(isClose(mean(best), reward, within: 6e-7))
    #expect(isClose(divergence(best, probabilities), expected, within: 6e-7))
    #expect(isClose(BestOf.klBound(n), bound, within: 6e-7))
  }

  @Test func theDivergenceSaturatesAtTheBestResponse() throws {
    #expect(isClose(divergence(try distribution(64), probabilities), 1.609429, within: 6e-7))
    #expect(isClose(BestOf.klBound(64), 3.1745, within: 6e-5))
  }

  @Test(arguments: [(2, 0.65), (4, 0.78158)])
  func theWinRateMatchesTheGoldenTable(n: Int, expected: Double) throws {
    let best = try distribution(n)
    var wins = 0.0
    for (first, mass) in best.enumerated() {
      for (second, other) in probabilities.enumerated() {
        let share =
          rewards[first] > rewards[second] ? 1 : rewards[first] == rewards[second] ? 0.5 : 0
        wins += mass * other * share
      }
    }
    #expect(isClose(wins, expected, within: 6e-6))
    let bound = try #require(BestOf.winRateBound(n))
    #expect(wins <= bound)
  }

  @Test(arguments: [(2, 0.190917), (4, 0.620425), (16, 1.499313)])
  func theEstimatorMatchesTheGoldenTable(n: Int, expected: Double) throws {
    let terms = try probabilities.map {
      try #require(BestOf.klTerm(n, logProbability: log($0)))
    }
    let average = zip(try distribution(n), terms).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(isClose(average, expected, within: 6e-7))
  }

  @Test func theEstimatorHasItsLimits() throws {
    let bound = try #require(BestOf.klBound(8))
    #expect(isClose(BestOf.klTerm(8, logProbability: -2000), bound, within: 1e-12))
    #expect(isClose(BestOf.klTerm(8, logProbability: -60), bound, within: 1e-12))
    #expect(BestOf.klTerm(8, logProbability: 0) == 0)
    #expect(isClose(BestOf.klTerm(1, logProbability: -1), 0, within: 1e-15))
    #expect(BestOf.klTerm(2, logProbability: 0.1) == nil)
    #expect(BestOf.klTerm(2, logProbability: .nan) == nil)
  }

  /// The optimum of reward − β·KL at the same KL earns at least as much.
  @Test(arguments: [
    (2, 1.352981, 1.284629), (4, 0.603117, 1.657451), (8, 0.326117, 1.887893),
  ])
  func theFrontierLiesAbove(n: Int, beta: Double, reward: Double) throws {
    let tilted = zip(probabilities, rewards).map { $0 * exp($1 / beta) }
    let optimum = tilted.map { $0 / tilted.reduce(0, +) }
    let best = try distribution(n)
    #expect(
      isClose(divergence(optimum, probabilities), divergence(best, probabilities), within: 2e-6))
    #expect(isClose(mean(optimum), reward, within: 2e-6))
    #expect(mean(best) < mean(optimum))
  }

  @Test func tiedResponsesShareByTheReference() throws {
    let best = try #require(
      BestOf.distribution(2, probabilities: [0.5, 0.3, 0.2], rewards: [0, 1, 1]))
    #expect(isClose(best[1], 0.75 * 0.6, within: 1e-12))
    #expect(isClose(best[2], 0.75 * 0.4, within: 1e-12))
  }

  @Test func badInputGivesNil() {
    #expect(BestOf.weights(5, of: 4) == nil)
    #expect(BestOf.weights(0, of: 4) == nil)
    #expect(BestOf.weights(1, rewards: [.nan]) == nil)
    #expect(BestOf.mean(1, rewards: [1], metric: []) == nil)
    #expect(BestOf.mean(1, rewards: [1], metric: [.infinity]) == nil)
    #expect(BestOf.distribution(2, probabilities: [0.5], rewards: [1]) == nil)
    #expect(BestOf.klBound(0) == nil)
  }
}
