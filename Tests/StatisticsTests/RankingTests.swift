import Foundation
import TestSupport
import Testing

@testable import Statistics

@Suite struct BradleyTerryTests {
  /// Wins of the row over the column.
  ///
  /// Source: the four-player example of the encyclopedia article "Bradley–Terry model", whose
  /// strengths .640, 1.043, .660, 2.270 have geometric mean 1.
  private let wins = [[0, 2, 0, 1], [3, 0, 5, 0], [0, 3, 0, 1], [4, 0, 3, 0]]

  private func battles(_ wins: [[Int]]) -> [Battle] {
    var battles: [Battle] = []
    for (first, row) in wins.enumerated() {
      for (second, count) in row.enumerated() {
        for _ in 0..<count {
          battles.append(
            Battle(first: first, second: second, score: 1, cluster: battles.count))
        }
      }
    }
    return battles
  }

  @Test func theKnownExampleIsReproduced() throws {
    let fit = try #require(BradleyTerry(battles(wins), players: 4))
    #expect(fit.prior == 0)
    for (strength, expected) in zip(fit.strengths, [0.6398, 1.0433, 0.6598, 2.2704]) {
      #expect(isClose(exp(strength), expected, within: 5e-5))
    }
    #expect(isClose(fit.strengths.reduce(0, +), 0, within: 1e-12))
    #expect(isClose(fit.ratings.reduce(0, +) / 4, 1000, within: 1e-9))
  }

  @Test func twoPlayersHaveTheLogitOfTheShare() throws {
    // 3 : 1, so θ₁ − θ₂ = log 3, and its sandwich error √(1/(4 · ¾ · ¼)) = 1.1547.
    let fit = try #require(BradleyTerry(battles([[0, 3], [1, 0]]), players: 2))
    #expect(isClose(fit.strengths[0] - fit.strengths[1], log(3), within: 1e-10))
    #expect(isClose(fit.probability(0, over: 1), 0.75, within: 1e-10))
    let errors = try #require(fit.standardErrors)
    #expect(isClose(2 * errors[0], 1 / 0.75.squareRoot(), within: 1e-9))
    // A tie is half a win each way.
    let ties = [
      Battle(first: 0, second: 1, score: 0.5, cluster: 0),
      Battle(first: 1, second: 0, score: 0, cluster: 1),
    ]
    let tied = try #require(BradleyTerry(ties, players: 2))
    #expect(isClose(tied.probability(0, over: 1), 0.75, within: 1e-10))
  }

  @Test func clustersOfRepeatsDoNotNarrowTheError() throws {
    let once = battles(wins)
    let fit = try #require(BradleyTerry(once, players: 4)?.standardErrors)
    let twice = try #require(BradleyTerry(once + once, players: 4))
    for (one, other) in zip(fit, try #require(twice.standardErrors)) {
      #expect(isClose(one, other, within: 1e-9))
    }
  }

  @Test func aPriorIsStatedWhereTheMaximumIsInfinite() throws {
    // Nobody beats player 0.
    let unbeaten = battles([[0, 3, 3], [0, 0, 2], [0, 2, 0]])
    #expect(!WinGraph.isStronglyConnected(unbeaten, players: 3))
    let fit = try #require(BradleyTerry(unbeaten, players: 3))
    #expect(fit.prior == BradleyTerry.defaultPrior)
    #expect(fit.strengths[0] > fit.strengths[1])
    #expect(isClose(fit.strengths[1], fit.strengths[2], within: 1e-9))
    #expect(BradleyTerry(unbeaten, players: 3, prior: 0) == nil)
    let estimates = try #require(BradleyTerry.estimates(unbeaten, players: 3))
    #expect(estimates.allSatisfy { $0.interval != nil })
  }

  @Test func theBootstrapAgreesWithTheSandwich() throws {
    var generator = SeededGenerator(seed: 5)
    let strengths = [0.0, 0.5, -0.5]
    let games = (0..<900).map { game in
      let (first, second) = [(0, 1), (1, 2), (2, 0)][game % 3]
      let chance = Logistic.probability(strengths[first] - strengths[second])
      return Battle(
        first: first, second: second, score: generator.uniform() < chance ? 1 : 0,
        cluster: game / 3)
    }
    let fit = try #require(BradleyTerry(games, players: 3))
    let errors = try #require(fit.standardErrors)
    let estimates = try #require(BradleyTerry.estimates(games, players: 3))
    for player in 0..<3 {
      let interval = try #require(estimates[player].interval)
      #expect(isClose((interval.high - interval.low) / 3.92, errors[player], within: 0.01))
      #expect(isClose(estimates[player].value, fit.strengths[player], within: 1e-12))
    }
  }

  @Test func impossibleBattlesGiveNil() {
    #expect(BradleyTerry([], players: 2) == nil)
    #expect(BradleyTerry(battles([[0, 1], [1, 0]]), players: 1) == nil)
    let itself = Battle(first: 0, second: 0, score: 1, cluster: 0)
    #expect(BradleyTerry([itself], players: 2) == nil)
    let outside = Battle(first: 0, second: 2, score: 1, cluster: 0)
    #expect(BradleyTerry([outside], players: 2) == nil)
    let wrong = Battle(first: 0, second: 1, score: 1.5, cluster: 0)
    #expect(BradleyTerry([wrong], players: 2) == nil)
  }
}

@Suite struct StrengthRankingTests {
  /// Each prompt compares all three; the first of a pair wins where the prompt's number allows it.
  private func battles(_ prompts: Int, _ firstWins: (Int, Int, Int) -> Bool) -> [Battle] {
    (0..<prompts).flatMap { prompt in
      [(0, 1), (1, 2), (0, 2)].map { first, second in
        Battle(
          first: first, second: second, score: firstWins(prompt, first, second) ? 1 : 0,
          cluster: prompt)
      }
    }
  }

  @Test func clearDifferencesRankAndEqualOnesDoNot() throws {
    let clear = try #require(
      StrengthRanking(battles(60) { prompt, first, _ in prompt % 4 != first }, players: 3))
    #expect(clear.ranks == .hold([1...1, 2...2, 3...3]))
    #expect(clear.prior == 0)
    for strength in clear.strengths {
      #expect(strength.interval?.contains(strength.value) == true && strength.clusters == 60)
    }
    let equal = try #require(
      StrengthRanking(battles(60) { prompt, _, _ in prompt % 2 == 0 }, players: 3))
    #expect(equal.ranks == .hold([1...3, 1...3, 1...3]))
  }

  @Test func fewOrUnvaryingPromptsRankNobody() throws {
    let few = try #require(
      StrengthRanking(battles(4) { prompt, first, _ in prompt != first }, players: 3))
    #expect(few.ranks == .cannotHold(reason: "4 prompts cannot tell 3 players apart"))
    let same = try #require(StrengthRanking(battles(20) { _, _, _ in true }, players: 3))
    #expect(same.prior == BradleyTerry.defaultPrior)
    #expect(same.strengths.allSatisfy { $0.interval == nil })
    #expect(same.ranks == .hold([1...3, 1...3, 1...3]))
    let one = try #require(StrengthRanking(battles(1) { _, _, _ in true }, players: 3))
    #expect(one.strengths.allSatisfy { $0.interval == nil })
  }

  /// 120 sets of 25 prompts on which three players are equal: a rank that does not reach from 1 to 3
  /// is a mistake, allowed in 5 % of them; 12 or more have probability 0.02 at that rate.
  @Test func falseRanksAreRare() throws {
    var generator = SeededGenerator(seed: 8)
    var mistakes = 0
    for _ in 0..<120 {
      let drawn = battles(25) { _, _, _ in generator.uniform() < 0.5 }
      let found = try #require(StrengthRanking(drawn, players: 3, resamples: 200))
      if found.ranks != .hold([1...3, 1...3, 1...3]) { mistakes += 1 }
    }
    #expect(mistakes < 12)
  }
}
