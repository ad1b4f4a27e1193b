import Command
import Foundation
import Runs
import Statistics

/// `plumb bench tournament`: how many comparisons a tournament of chosen opponents asks, how often it
/// says a wrong order, and what other designs ask for the same; one JSON line a design and world, for
/// `benchmarks/tournament`.
struct TournamentBench {
  let sets: Int
  private let output = Output(format: .json, isQuiet: false)
  /// As many as AlpacaEval has.
  static let prompts = 805

  /// Systems with known strengths, in logits.
  struct World {
    let name: String
    let strengths: [Double]
    /// Share of verdicts that are ties.
    var ties = 0.2

    /// Neighbours at the same distance.
    static func ladder(_ count: Int, _ step: Double) -> World {
      World(
        name: "\(count) systems, neighbours \(step) apart",
        strengths: (0..<count).map { Double(count - 1 - $0) * step })
    }
  }

  static let worlds: [World] = [
    .ladder(4, 0.6), .ladder(8, 0.6), .ladder(16, 0.6), .ladder(8, 0.3),
    World(
      name: "8 systems, one ahead by 0.6, others equal",
      strengths: [0.6] + [Double](repeating: 0, count: 7)),
    World(name: "8 equal systems", strengths: [Double](repeating: 0, count: 8)),
  ]

  struct Row: Encodable {
    let world: String
    let goal: String
    let design: String
    let sets: Int
    /// Share of sets in which the goal was reached.
    let resolved: Double
    /// Share of sets with any wrong order, and the upper end of its 95 % interval.
    let wrong: Double
    let wrongAtMost: Double
    /// Comparisons: prompts that a pair was asked, in both orders.
    let mean: Double
    let median: Int
  }

  /// - Parameter only: the place of one world; nil for all.
  func run(only: Int? = nil) throws {
    for (place, world) in Self.worlds.enumerated() where only == nil || only == place {
      for goal in [RankingTournament.Goal.ranking, .top(1)] {
        for design in [RankingTournament.Design.chosen, .all, .each]
        where design != .each || goal == .ranking {
          try output.print(json: row(world, goal, design))
        }
      }
      try fixed(world)
    }
  }

  private func name(_ goal: RankingTournament.Goal) -> String {
    switch goal {
    case .ranking: "ranking"
    case .top(let count): "top-\(count)"
    }
  }

  private func name(_ design: RankingTournament.Design) -> String {
    switch design {
    case .chosen: "chosen opponents"
    case .all: "all pairs, until the goal"
    case .each: "all pairs, each until decided"
    }
  }

  private func share(_ world: World, _ one: Int, _ other: Int, _ generator: inout SeededGenerator)
    -> Double
  {
    if generator.uniform() < world.ties { return 0.5 }
    let chance = 1 / (1 + exp(world.strengths[other] - world.strengths[one]))
    return generator.uniform() < chance ? 1 : 0
  }

  private func row(
    _ world: World, _ goal: RankingTournament.Goal, _ design: RankingTournament.Design
  ) throws -> Row {
    var generator = SeededGenerator(seed: 20_261_130)
    var (resolved, wrong) = (0, 0)
    var asked: [Int] = []
    for _ in 0..<sets {
      // Which number a system has must not tell its strength.
      var places = Array(world.strengths.indices)
      for place in places.indices {
        places.swapAt(place, place + generator.index(below: places.count - place))
      }
      guard
        var tournament = RankingTournament(
          players: places.count, prompts: Self.prompts, goal: goal, design: design)
      else { continue }
      while case let next = tournament.next, !next.isEmpty {
        for request in next {
          let duel = tournament.duels[request.duel]
          for _ in request.prompts {
            tournament.add(
              share(world, places[duel.first], places[duel.second], &generator), to: request.duel)
          }
        }
      }
      asked.append(tournament.asked)
      resolved += tournament.isResolved ? 1 : 0
      let isWrong = tournament.duels.contains { duel in
        let gap = world.strengths[places[duel.first]] - world.strengths[places[duel.second]]
        return duel.decision == .above && gap <= 0 || duel.decision == .below && gap >= 0
      }
      wrong += isWrong ? 1 : 0
    }
    return made(world, name(goal), name(design), sets, resolved, wrong, asked)
  }

  /// All pairs on so many prompts, looked at once, by Bradley–Terry strengths with ranks that hold
  /// together: what `plumb leaderboard --bradley-terry` does with judgments of all pairs.
  private func fixed(_ world: World) throws {
    let count = world.strengths.count
    guard count <= 8 else { return }
    for prompts in [25, 50, 100, 200] {
      var generator = SeededGenerator(seed: 20_261_130)
      let sets = max(1, sets / 5)
      var (resolved, wrong) = (0, 0)
      for _ in 0..<sets {
        var battles: [Battle] = []
        for prompt in 0..<prompts {
          for one in 0..<count {
            for other in one + 1..<count {
              battles.append(
                Battle(
                  first: one, second: other, score: share(world, one, other, &generator),
                  cluster: prompt))
            }
          }
        }
        let ranges = StrengthRanking(battles, players: count, resamples: 200)?.ranks.ranges ?? []
        resolved += !ranges.isEmpty && ranges.allSatisfy { $0.count == 1 } ? 1 : 0
        let isWrong = ranges.enumerated().contains { place, range in
          let better = world.strengths.count { $0 > world.strengths[place] }
          let equal = world.strengths.count { $0 == world.strengths[place] }
          return range.lowerBound > better + 1 || range.upperBound < better + equal
        }
        wrong += isWrong ? 1 : 0
      }
      let all = prompts * count * (count - 1) / 2
      try output.print(
        json: made(
          world, "ranking", "all pairs, \(prompts) prompts, looked at once", sets, resolved, wrong,
          [all]))
    }
  }

  private func made(
    _ world: World, _ goal: String, _ design: String, _ sets: Int, _ resolved: Int, _ wrong: Int,
    _ asked: [Int]
  ) -> Row {
    let sorted = asked.sorted()
    return Row(
      world: world.name, goal: goal, design: design, sets: sets,
      resolved: Double(resolved) / Double(sets), wrong: Double(wrong) / Double(sets),
      wrongAtMost: ExactShare.interval(successes: wrong, of: sets, confidence: 0.95)?.high ?? 1,
      mean: Double(asked.reduce(0, +)) / Double(max(1, asked.count)),
      median: sorted.isEmpty ? 0 : sorted[sorted.count / 2])
  }
}
