import Foundation
import TestSupport
import Testing
import Training

@testable import Theory

/// Flipped, mixed and several: the exact world beside numbers by hand, and beside the oracles that
/// rounds ask.
@Suite struct OracleWorldTests {
  @Test func `a flip takes (1 − 2f) P + f, and a mixture the weighted mean`() {
    let flipped = World.game.flipped(0.2)
    // 0.6 · 0.9 + 0.2 and 0.6 · 0.1 + 0.2.
    expectClose([flipped.wins[0][1], flipped.wins[1][0], flipped.wins[2][2]], [0.74, 0.26, 0.5])
    let mixed = World.game.mixed(with: [(0.3, World.rewarded), (0.2, flipped)])
    // 0.5 · 0.9 + 0.3 σ(0 − 1) + 0.2 · 0.74.
    expectClose([mixed.wins[0][1]], [0.45 + 0.3 * 0.268941 + 0.148])
    for world in [flipped, mixed] {
      for (row, column) in [(0, 1), (1, 3), (2, 0)] {
        expectClose([world.wins[row][column] + world.wins[column][row]], [1], within: 1e-15)
      }
    }
    #expect(World.game.flipped(0) == World.game)
    #expect(World.game.mixed(with: []) == World.game)
  }

  /// Answers by testbed B: completions are the numbers of responses.
  private struct Table: PreferenceOracle {
    var name: String { "table" }
    var wins = World.game.wins

    func preferences(_ questions: [PreferenceQuestion]) -> [Double?] {
      questions.map { wins[Int($0.first) ?? 0][Int($0.second) ?? 0] }
    }
  }

  @Test func `over many prompts the oracles of rounds have the preferences of these worlds`() throws
  {
    let flipped = FlippedOracle(Table(), share: 0.2, seed: 5)
    let mixed = MixedOracle(
      [
        .init(name: "a", weight: 7, oracle: Table()),
        .init(name: "b", weight: 3, oracle: Table(wins: World.rewarded.wins)),
      ], seed: 5)
    let worlds = [
      World.game.flipped(0.2), World.game.mixed(with: [(0.3, World.rewarded)]),
    ]
    let count = 4000
    for (oracle, world) in zip([flipped, mixed] as [any PreferenceOracle], worlds) {
      for (row, column) in [(0, 1), (1, 2), (3, 0)] {
        let answers = try oracle.preferences(
          (0..<count).map {
            PreferenceQuestion(prompt: .text("prompt \($0)"), first: "\(row)", second: "\(column)")
          }
        ).compactMap(\.self)
        let mean = answers.reduce(0, +) / Double(count)
        let spread = (answers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count))
          .squareRoot()
        // Four standard errors.
        #expect(abs(mean - world.wins[row][column]) < 4 * spread / Double(count).squareRoot())
        #expect(abs(mean - World.game.wins[row][column]) > 0.02)
      }
    }
  }

  @Test func `alone a policy's equilibrium is the Nash policy, and μ is the weighted mean`() {
    let world = World.game
    expectClose(world.equilibrium(tau: 0.1, []), world.nash(tau: 0.1), within: 1e-5)
    expectClose(
      world.mixture(of: [1, 0, 0, 0], [(0.25, world.reference), (0.5, [0, 0, 0, 1])]),
      [0.25 + 0.1, 0.075, 0.05, 0.025 + 0.5], within: 1e-15)
    // Against the reference alone it is the best response to it.
    expectClose(
      world.equilibrium(tau: 0.1, [(1, world.reference)]),
      world.bestResponse(to: world.reference, tau: 0.1), within: 1e-11)
  }

  @Test func `pairs against others hold every deal once`() {
    let world = World.game
    let policy = [0.1, 0.2, 0.3, 0.4]
    let pairs = world.pairs(from: policy, against: [(0.25, world.reference)])
    #expect(pairs.groups.count == 16 + 16 * 4)
    expectClose([pairs.weights.reduce(0, +)], [1], within: 1e-14)
    // The first pair of different responses, 0 and 1, against each answer of the reference.
    let place = pairs.groups.firstIndex(of: [0, 1]) ?? 0
    #expect(pairs.stakes?[place..<place + 5] == [1, 2, 2, 2, 2])
    // P(0 ≻ 1); then ½ + (P(0 ≻ z) − P(1 ≻ z))/2 for z = 0 … 3.
    expectClose(
      Array(pairs.preference?[place..<place + 5] ?? []), [0.9, 0.7, 0.7, 0.2, 0.45], within: 1e-12)
    expectClose([pairs.weights[place + 1]], [0.25 * 0.4 * 0.1 * 0.2], within: 1e-15)
  }
}
