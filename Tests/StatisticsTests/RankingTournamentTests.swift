import Foundation
import TestSupport
import Testing

@testable import Statistics

/// Tournaments of chosen opponents.
@Suite struct RankingTournamentTests {
  /// Plays a tournament in a world of Bradley–Terry strengths with a fifth of ties.
  private func played(
    _ strengths: [Double], goal: RankingTournament.Goal = .ranking,
    design: RankingTournament.Design = .chosen, margin: Double? = nil, prompts: Int = 805,
    seed: UInt64
  ) throws -> RankingTournament {
    var numbers = SeededGenerator(seed: seed)
    var tournament = try #require(
      RankingTournament(
        players: strengths.count, prompts: prompts, goal: goal, design: design, margin: margin))
    while case let next = tournament.next, !next.isEmpty {
      for request in next {
        let duel = tournament.duels[request.duel]
        let chance = 1 / (1 + exp(strengths[duel.second] - strengths[duel.first]))
        for _ in request.prompts {
          let isTie = numbers.uniform() < 0.2
          let wins = numbers.uniform() < chance
          tournament.add(isTie ? 0.5 : wins ? 1 : 0, to: request.duel)
        }
      }
    }
    return tournament
  }

  @Test func `out of range is refused`() {
    #expect(RankingTournament(players: 1, prompts: 5) == nil)
    #expect(RankingTournament(players: 3, prompts: 0) == nil)
    #expect(RankingTournament(players: 3, prompts: 5, goal: .top(3)) == nil)
    #expect(RankingTournament(players: 3, prompts: 5, goal: .top(0)) == nil)
    #expect(RankingTournament(players: 3, prompts: 5, margin: 0.5) == nil)
    #expect(RankingTournament(players: 3, prompts: 5, confidence: 1) == nil)
  }

  /// Of six systems in a clear order neighbours are asked, and the rest follows.
  @Test func `a clear order is found without asking all pairs`() throws {
    // The best is 4, then 1, 5, 0, 3, 2.
    let strengths = [-0.5, 2.5, -3.5, -2.0, 4.0, 1.0]
    let found = try played(strengths, seed: 3)
    #expect(found.isResolved && !found.hasCircle)
    #expect(found.standing == [4, 1, 5, 0, 3, 2])
    #expect(found.ranks.map(\.lowerBound) == [4, 2, 6, 5, 1, 3])
    #expect(found.ranks.allSatisfy { $0.count == 1 })
    let all = try played(strengths, design: .each, seed: 3)
    #expect(all.duels.allSatisfy { $0.decision != nil })
    #expect(found.asked < all.asked)
    // The same seed gives the same tournament.
    #expect(try played(strengths, seed: 3) == found)
    let top = try played(strengths, goal: .top(1), seed: 3)
    #expect(top.isResolved && top.ranks[4] == 1...1 && top.asked < found.asked)
  }

  /// 200 tournaments of four equals: an order is said in at most 5 %; by the exact binomial 99.9 % bound
  /// in at most 21. And 100 of a ladder: nearly all are resolved.
  @Test func `the error rate holds however often it looks`() throws {
    var said = 0
    for seed in 0..<200 {
      let found = try played([0, 0, 0, 0], prompts: 200, seed: UInt64(seed))
      said += found.duels.contains { $0.decision != nil } ? 1 : 0
      #expect(!found.isResolved || found.duels.contains { $0.decision != nil })
    }
    #expect(said <= 21, "\(said)")
    var (wrong, resolved) = (0, 0)
    for seed in 0..<40 {
      let found = try played([1.8, 1.2, 0.6, 0], seed: UInt64(seed))
      resolved += found.isResolved ? 1 : 0
      wrong += found.duels.contains { $0.decision == .below } ? 1 : 0
    }
    #expect(wrong <= 6 && resolved >= 30, "\(wrong) \(resolved)")
  }

  @Test func `equals within a margin are resolved, and without one they are not`() throws {
    let open = try played([0, 0], prompts: 400, seed: 1)
    #expect(!open.isResolved && open.ranks == [1...2, 1...2] && open.asked == 400)
    let close = try played([0, 0], margin: 0.15, prompts: 805, seed: 1)
    #expect(close.isResolved && close.duels[0].decision == .equivalent)
    #expect(close.ranks == [1...2, 1...2] && close.asked < 805)
  }

  /// The best, two equals and the worst: that nobody tells the equals apart hides nothing of the others.
  @Test func `equals do not hide the order of others`() throws {
    let found = try played([2, 0.5, 0.5, -1], prompts: 150, seed: 2)
    #expect(!found.isResolved && found.next.isEmpty)
    #expect(found.ranks == [1...1, 2...3, 2...3, 4...4])
  }

  /// 0, 1 and 2 stand close together: no prompt is left for the neighbours, and 0 is told from 2.
  @Test func `where neighbours stay open those beyond them are asked`() throws {
    let found = try played([0.45, 0, -0.45, -4], prompts: 120, seed: 4)
    let neighbours = found.duels.filter { $0.second - $0.first == 1 && $0.second < 3 }
    #expect(neighbours.contains { $0.decision == nil && $0.asked == 120 })
    let apart = try #require(found.duels.first { $0.first == 0 && $0.second == 2 })
    #expect(apart.decision == .above || apart.asked == 120)
    #expect(found.next.isEmpty)
  }

  @Test func `a circle is no order`() throws {
    var tournament = try #require(RankingTournament(players: 3, prompts: 500))
    // 0 before 1, 1 before 2, 2 before 0.
    for _ in 0..<200 {
      tournament.add(1, to: 0)
      tournament.add(0, to: 1)
      tournament.add(1, to: 2)
    }
    #expect(tournament.hasCircle && !tournament.isResolved)
    #expect(tournament.ranks == [1...3, 1...3, 1...3])
    #expect(tournament.next.isEmpty)
  }

  /// log K of n wins against a mean of at most ½: the mean over gamblers of (1 + f)ⁿ.
  @Test func `evidence is what the gamblers have`() {
    var evidence = DuelEvidence(margin: nil)
    for _ in 0..<10 { evidence.add(1) }
    let parts = ConfidenceSequence.parts
    let expected = log(parts.reduce(0) { $0 + pow(1 + $1, 10) } / Double(parts.count))
    #expect(isClose(evidence.largest[0], expected, within: 1e-12))
    #expect(evidence.largest[1] == 0)
  }
}
