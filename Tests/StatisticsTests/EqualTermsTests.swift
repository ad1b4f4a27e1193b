import Foundation
import Testing

@testable import Statistics

@Suite struct ConcaveHullTests {
  private func hull(_ points: [(Double, Double)]) throws -> ConcaveHull {
    try #require(ConcaveHull(points.map { ConcaveHull.Point(kl: $0.0, reward: $0.1) }))
  }

  /// (0, 0), (1, 2), (4, 3) lie on the hull; (2, 2.2) lies below the line from (1, 2) to (4, 3), which
  /// has 7/3 there; (6, 2.5) has more KL and less reward.
  private let points = [(4.0, 3.0), (0, 0), (2, 2.2), (1, 2), (6, 2.5)]

  @Test func cornersAreWhatNoMixtureBeats() throws {
    #expect(try hull(points).corners == [1, 3, 0])
  }

  @Test func aCapBetweenTwoCornersMixesThem() throws {
    let hull = try hull(points)
    // Half of the way from KL 1 to KL 4: 2.5 nats.
    let mixture = try #require(hull.mixture(atMost: 2.5))
    #expect(mixture.parts == [.init(point: 3, weight: 0.5), .init(point: 0, weight: 0.5)])
    #expect(hull.mixture(atMost: 1)?.parts == [.init(point: 3, weight: 1)])
  }

  @Test func beyondTheGreatestRewardTheBestPolicyStays() throws {
    #expect(try hull(points).mixture(atMost: 5)?.parts == [.init(point: 0, weight: 1)])
  }

  @Test func outsideOfWhatWasReachedThereIsNoNumber() throws {
    let hull = try hull(points)
    #expect(hull.mixture(atMost: 6.1) == nil)
    #expect(hull.mixture(atMost: -0.1) == nil)
    #expect(hull.mixture(reaching: 3.1) == nil)
    #expect(hull.mixture(reaching: -0.1) == nil)
    #expect(hull.average(upTo: 7) == nil)
    #expect(hull.average(upTo: 0) == nil)
    #expect(ConcaveHull([]) == nil)
    #expect(ConcaveHull([.init(kl: .nan, reward: 0)]) == nil)
  }

  @Test func aRewardIsReachedWithTheLeastKL() throws {
    // Reward 1 is half of the way from (0, 0) to (1, 2).
    let mixture = try #require(try hull(points).mixture(reaching: 1))
    #expect(mixture.parts == [.init(point: 1, weight: 0.5), .init(point: 3, weight: 0.5)])
  }

  @Test func theAverageIsTheAreaByItsWidth() throws {
    // Up to 1: a triangle of height 2, mean 1. From 1 to 4 a trapezium of mean 2.5; over 0 … 4:
    // (1·1 + 3·2.5)/4 = 2.125. Up to 6, flat at 3: (8.5 + 2·3)/6.
    let hull = try hull(points)
    func value(_ cap: Double) -> Double? {
      hull.average(upTo: cap)?.parts.reduce(0) { $0 + $1.weight * points[$1.point].1 }
    }
    #expect(abs((value(1) ?? 0) - 1) < 1e-12)
    #expect(abs((value(4) ?? 0) - 2.125) < 1e-12)
    #expect(abs((value(6) ?? 0) - 14.5 / 6) < 1e-12)
    // Half of the second segment: mean of 2 and 2.5 over 1.5 nats.
    #expect(abs((value(2.5) ?? 0) - (1 + 1.5 * 2.25) / 2.5) < 1e-12)
  }

  @Test func equalPointsAndOnePointAreHullsToo() throws {
    #expect(try hull([(2, 1), (2, 1), (2, 0.5)]).corners == [0])
    #expect(try hull([(2, 1)]).mixture(atMost: 2)?.parts == [.init(point: 0, weight: 1)])
  }
}

@Suite struct MixtureTests {
  @Test func valuesAreMeansByWeightAndOneTrainingStandsBesideEverySeed() throws {
    let mixture = Mixture([.init(point: 0, weight: 0.25), .init(point: 2, weight: 0.75)])
    let values = mixture.values([[[1, 2]], nil, [[4, 8], [0, 4]]])
    #expect(values == [[3.25, 6.5], [0.25, 3.5]])
  }

  @Test func whatWasNotMeasuredGivesNothing() {
    let mixture = Mixture([.init(point: 0, weight: 0.5), .init(point: 1, weight: 0.5)])
    #expect(mixture.values([[[1]], nil]) == nil)
    #expect(mixture.values([[[1]], [[1, 2]]]) == nil)
    #expect(mixture.values([[[1], [2]], [[1], [2], [3]]]) == nil)
    #expect(mixture.values([[[1]]]) == nil)
    #expect(Mixture([]).values([]) == nil)
  }
}

@Suite struct EqualTermsTests {
  private func noise(_ generator: inout SeededGenerator, _ mean: Double, _ count: Int) -> [[Double]]
  {
    (0..<4).map { _ in
      let luck = 0.05 * generator.normal()
      return (0..<count).map { _ in mean + luck + 0.2 * generator.normal() }
    }
  }

  @Test func readingsOfSeveralCapsHoldTogetherAndAreWider() throws {
    var generator = SeededGenerator(seed: 1)
    let table = noise(&generator, 1, 50)
    let terms = EqualTerms()
    let alone = try #require(terms.readings(.real, [table])[0]?.interval)
    let together = terms.readings(.real, [table, nil, table, table, table, table])
    #expect(together[1] == nil)
    let wide = try #require(together[0]?.interval)
    // Bonferroni over the five that have a number: 99 %.
    #expect(together[0]?.basis?.confidence == 0.99)
    #expect(wide.high - wide.low > alone.high - alone.low)
  }

  @Test func whatIsFarApartIsToldApartAndWhatIsAlikeIsNot() throws {
    var generator = SeededGenerator(seed: 2)
    let low = noise(&generator, 1, 60)
    let high = noise(&generator, 3, 60)
    let found = EqualTerms().contrasts([[low, low], [high, nil], [low, low]])
    // Cap 0: three pairs; cap 1: the one that both have a number for.
    #expect(found.count == 4)
    #expect(found[0].verdict == .lower)
    #expect(found[2].verdict == .higher)
    #expect(found[1].verdict == .notResolved)
    #expect(found[3].question == 1)
    #expect(found[1].difference.interval?.contains(0) ?? true)
  }

  @Test func withinTheMarginTheyAreEquivalentAndWithoutOneNotResolved() {
    var generator = SeededGenerator(seed: 3)
    let methods = [[noise(&generator, 1, 80)], [noise(&generator, 1.01, 80)]]
    #expect(EqualTerms().contrasts(methods)[0].verdict == .notResolved)
    #expect(EqualTerms(margin: 0.5).contrasts(methods)[0].verdict == .equivalent)
    #expect(EqualTerms(margin: 0.001).contrasts(methods)[0].verdict == .notResolved)
  }

  @Test func nothingToCompareIsNoContrast() {
    #expect(EqualTerms().contrasts([]).isEmpty)
    #expect(EqualTerms().contrasts([[nil], [nil]]).isEmpty)
  }
}
