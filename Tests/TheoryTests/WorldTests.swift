import Foundation
import TestSupport
import Testing
import Torch
import Training

@testable import Theory

/// Section 14.2 of `algorithms.md`, and closed forms beside sums.
@Suite struct WorldTests {
  @Test(arguments: [
    (4, 1.001979, 0.019025), (2, 1.151218, 0.074850), (1, 1.414423, 0.269734),
    (0.5, 1.741330, 0.738928), (0.25, 1.942829, 1.289257),
  ])
  func `reward and divergence of the optimal policies`(
    beta: Double, reward: Double, divergence: Double
  ) {
    let policy = World.rewarded.optimum(beta)
    expectClose([World.rewarded.expectedReward(policy)], [reward])
    expectClose([World.rewarded.divergence(policy)], [divergence])
  }

  @Test(arguments: [
    (1, 3.141465, [0.127329, 0.259587, 0.470421, 0.142662], 1.144689),
    (0.5, 15.544901, [0.025732, 0.142601, 0.702457, 0.129210], 1.371866),
  ])
  func `normaliser, optimal policy and its value`(
    beta: Double, normaliser: Double, policy: [Double], value: Double
  ) {
    let world = World.rewarded
    expectClose([exp(world.logNormaliser(beta))], [normaliser])
    expectClose(world.optimum(beta), policy)
    expectClose([world.value(world.optimum(beta), beta)], [value])
    // max J = β log Z.
    expectClose([beta * world.logNormaliser(beta)], [value])
  }

  @Test func `the value's gradient is that of finite differences, and 0 at the optimum`() {
    let world = World.rewarded
    let found = world.valueSlope(at: World.somewhere, 0.5)
    let exact = Vector.numericalSlope(at: World.somewhere) {
      world.value(Distribution.normalised($0), 0.5)
    }
    expectClose(found, exact, within: 1e-9)
    let optimum = world.optimum(0.5).map { log($0) }
    expectClose(world.valueSlope(at: optimum, 0.5), [0, 0, 0, 0], within: 1e-15)
  }

  @Test func `without smoothing the smoothed policy is the policy`() {
    let world = World.rewarded
    expectClose(
      world.smoothed(World.somewhere, 1), Distribution.normalised(World.somewhere), within: 1e-15)
    expectClose(world.smoothed(World.somewhere, 0), world.reference, within: 1e-15)
  }

  @Test func `preferences of Bradley and Terry are the sigmoid of a difference`() {
    let world = World.rewarded
    // σ(1) = 0.731059
    expectClose([world.wins[1][0], world.wins[0][1], world.wins[2][2]], [0.731059, 0.268941, 0.5])
  }

  @Test func `groups of candidates have the probabilities of their orders taken together`() {
    let world = World.rewarded
    for count in 1...6 {
      let groups = world.groups(count)
      expectClose([groups.weights.reduce(0, +)], [1], within: 1e-14)
    }
    // 3 · 0.4² · 0.3: the orders of two of the first and one of the second response.
    let three = world.groups(3)
    let place = three.groups.firstIndex(of: [0, 0, 1])
    expectClose([place.map { three.weights[$0] } ?? 0], [0.144], within: 1e-15)
    #expect(world.groups(4).groups.count == 35)
  }

  @Test func `best and worst of two are the pairs of different responses, winner first`() {
    let world = World.game
    let policy = [0.1, 0.2, 0.3, 0.4]
    let pairs = world.bestAndWorst(of: 2, from: policy)
    let rates = world.winRates(against: policy)
    #expect(pairs.groups.count == 6)
    #expect(pairs.groups.allSatisfy { rates[$0[0]] >= rates[$0[1]] })
    expectClose([pairs.weights.reduce(0, +)], [1], within: 1e-15)
    // 2 · 0.3 · 0.4 among pairs that differ, 1 − (0.01 + 0.04 + 0.09 + 0.16) = 0.7.
    let place = pairs.groups.firstIndex { Set($0) == [2, 3] }
    expectClose([place.map { pairs.weights[$0] } ?? 0], [0.24 / 0.7], within: 1e-15)
  }

  @Test func `the expected loss of an objective is the sum over tuples, with its gradient`() throws
  {
    // Section 5.2: EXO-rw of two candidates at the uniform policy.
    let slope = try World.rewarded.groups(2).expected(EXORw(), at: [0, 0, 0, 0])
    expectClose([slope.value], [0.330646])
    let numeric = try (0..<4).map { place in
      func loss(_ step: Double) throws -> Double {
        var logits = [0.0, 0, 0, 0]
        logits[place] += step
        return try World.rewarded.groups(2).expected(EXORw(), at: logits).value
      }
      return (try loss(1e-5) - loss(-1e-5)) / 2e-5
    }
    expectClose(slope.gradient, numeric, within: 1e-9)
  }

  @Test func `an objective that needs more than a population offers is refused`() {
    var pairs = World.game.pairs(from: World.game.reference)
    pairs.previous = nil
    let population = pairs
    #expect(throws: TorchError.self) {
      try population.expected(SPIN(), at: World.somewhere)
    }
  }

  @Test func `descent finds the minimum of a valley that gradient steps follow slowly`() throws {
    // Rosenbrock: (1 − x)² + 100 (y − x²)², least at (1, 1).
    let found = Descent.minimum(from: [-1.2, 1]) { point in
      let (x, y) = (point[0], point[1])
      let slack = y - x * x
      return Slope(
        value: (1 - x) * (1 - x) + 100 * slack * slack,
        gradient: [-2 * (1 - x) - 400 * x * slack, 200 * slack])
    }
    expectClose(found, [1, 1], within: 1e-9)
  }
}
