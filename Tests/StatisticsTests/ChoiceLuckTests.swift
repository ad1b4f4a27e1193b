import Foundation
import Testing

@testable import Statistics

/// Simulations small enough for every run of the tests; `benchmarks/equal-kl` has the large ones.
@Suite struct ChoiceLuckTests {
  /// Eight settings of one true reward at KL 1 to 8: whatever is chosen, is chosen by luck.
  private struct World {
    var generator: SeededGenerator
    let points = 8
    let seeds = 4
    let prompts = 24

    /// `[point][seed]`
    mutating func train() -> [[Double]] {
      (0..<points).map { _ in (0..<seeds).map { _ in 0.2 * generator.normal() } }
    }

    /// `[point][seed][prompt]`
    mutating func measure(_ lucks: [[Double]]) -> [[[Double]]] {
      lucks.map { lucks in
        lucks.map { luck in (0..<prompts).map { _ in 1 + luck + 0.3 * generator.normal() } }
      }
    }

    var kls: [[[Double]]] {
      (0..<points).map { point in
        Array(
          repeating: Array(repeating: Double(point + 1), count: prompts), count: seeds)
      }
    }

    func mixture(_ rewards: [[[Double]]]) -> Mixture? {
      ConcaveHull(
        rewards.enumerated().map { point, table in
          ConcaveHull.Point(
            kl: Double(point + 1), reward: Sample.mean(table.flatMap { $0 }) ?? .nan)
        })?.mixture(atMost: 8)
    }
  }

  @Test func readOnWhatDrewItAHullPromisesTooMuchAndOnOtherSeedsAndPromptsItDoesNot() throws {
    var world = World(generator: SeededGenerator(seed: 7))
    let terms = EqualTerms()
    let sets = 200
    var (same, fresh, covered) = (0.0, 0.0, 0)
    for _ in 0..<sets {
      let selection = world.measure(world.train())
      let mixture = try #require(world.mixture(selection))
      let drawn = try #require(mixture.values(selection))
      same += (Sample.mean(drawn.flatMap { $0 }) ?? .nan) - 1
      let test = world.measure(world.train())
      let found = try #require(terms.readings(.real, [mixture.values(test)])[0])
      fresh += found.value - 1
      if found.interval?.contains(1) == true { covered += 1 }
    }
    // The best of eight means of deviation √(0.2²/4 + 0.3²/96) = 0.105 lies 1.42 deviations above.
    #expect(abs(same / Double(sets) - 1.42 * 0.105) < 0.03)
    // The mean of 200 sets has a deviation of 0.0074.
    #expect(abs(fresh / Double(sets)) < 0.022)
    #expect(Double(covered) / Double(sets) >= 0.93)
  }

  @Test func chosenAnewTheSameIsChosenWhereOnePolicyIsFarBetter() {
    var world = World(generator: SeededGenerator(seed: 3))
    var rewards = world.measure(world.train())
    rewards[7] = rewards[7].map { $0.map { $0 + 10 } }
    let luck = ChoiceLuck(resamples: 50)
    #expect(luck.variances(rewards: rewards, kls: world.kls, caps: [8]) == [0])
    // Where all are alike it is not.
    let alike = world.measure(world.train())
    let found = luck.variances(rewards: alike, kls: world.kls, caps: [8, 20])
    #expect(found[0] > 0)
    #expect(found[1] == 0)
    #expect(luck.variances(rewards: alike, kls: world.kls, caps: [8, 20]) == found)
    #expect(luck.variances(rewards: [], kls: [], caps: [1]) == [0])
  }

  @Test func luckWidensADifferenceAndRaisesItsP() throws {
    var generator = SeededGenerator(seed: 5)
    func side(_ mean: Double) -> [[[Double]]] {
      (0..<3).map { _ in (0..<30).map { _ in [mean + 0.3 * generator.normal()] } }
    }
    let (first, second) = (side(0.2), side(0))
    let inference = Inference()
    let plain = try #require(inference.difference(first, minus: second))
    let wide = try #require(inference.difference(first, minus: second, luck: 0.01))
    #expect(try #require(inference.difference(first, minus: second, luck: 0)) == plain)
    #expect(wide.estimate.value == plain.estimate.value)
    #expect(wide.pValue > plain.pValue)
    let (a, b) = (try #require(plain.estimate.interval), try #require(wide.estimate.interval))
    #expect(b.low < a.low && b.high > a.high)
  }
}
