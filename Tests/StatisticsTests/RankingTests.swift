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

@Suite struct OnlineEloTests {
  @Test func oneBattleMovesBothByHalfTheGain() {
    // Equal ratings: E = ½, so K/2 = 2 points change hands.
    var elo = OnlineElo(players: 2)
    let wasPlayed = elo.play(Battle(first: 0, second: 1, score: 1, cluster: 0))
    #expect(wasPlayed)
    #expect(elo.ratings == [1002, 998])
    // Then the loser wins: E = 1/(1 + 10^(4/400)) = .4942439; 4 · .5057561 = 2.0230243.
    elo.play(Battle(first: 1, second: 0, score: 1, cluster: 1))
    #expect(isClose(elo.ratings[1], 998 + 2.0230243, within: 1e-6))
    let impossible = elo.play(Battle(first: 0, second: 2, score: 1, cluster: 0))
    #expect(!impossible)
  }

  @Test func orderChangesTheResultAndIsShown() throws {
    let games = (0..<40).map { Battle(first: 0, second: 1, score: $0 < 20 ? 1 : 0, cluster: $0) }
    var forward = OnlineElo(players: 2, gain: 32)
    var backward = forward
    for game in games { forward.play(game) }
    for game in games.reversed() { backward.play(game) }
    #expect(backward.ratings[0] - forward.ratings[0] > 200)
    let estimates = try #require(OnlineElo.shuffled(games, players: 2, gain: 32))
    #expect(isClose(estimates[0].value, 1000, within: 25))
    #expect((estimates[0].interval?.high ?? 0) - (estimates[0].interval?.low ?? 0) > 50)
    #expect(OnlineElo.shuffled([], players: 2) == nil)
    #expect(OnlineElo.warning.contains("order"))
  }
}
