import Foundation
import TestSupport
import Testing
import Torch

@testable import Training

/// Nash-MD in worlds that can be enumerated; golden numbers of section 9.
@Suite struct NashGradientTests {
  /// The divergence's gradient on two steps of two symbols: logits of the first step, then of the
  /// second after either symbol.
  private func gradient(isPerToken: Bool) throws -> [Double] {
    let logits = try Tensor.of([0.3, -0.2, 0.1, 0.4, -0.3, 0.2], [3, 2])
    try logits.requireGradient()
    let logPolicy = try logits.logSoftmax(1)
    let own: [Double] = try logPolicy.values()
    let reference = [0.6, 0.4, 0.5, 0.5, 0.2, 0.8].map { log($0) }
    let sequences = [(0, 0), (0, 1), (1, 0), (1, 1)]
    let places = sequences.map { first, second in [first, 2 + 2 * first + second] }
    // A tie: P = ½, so that the divergence is all that is left.
    let episodes = places.map { places in
      Episode(old: places.map { own[$0] }, reference: places.map { reference[$0] }, reward: 0.5)
    }
    let method = NashMD(isPerToken: isPerToken)
    let policy = try logPolicy.reshaped(-1).select(0, Tensor.of(places.flatMap { $0 }))
      .reshaped(4, 2)
    let rollout = try Rollout(
      policy: policy, episodes, method.credit(episodes, samples: 1, kl: 1), limit: 2, kl: 1)
    let weights = episodes.map { exp($0.old.reduce(0, +)) }
    try (method.losses(rollout) * Tensor.of(weights)).sum().backward()
    return try numbers(logits.gradient)
  }

  @Test func `the log-ratio of whole completions has the divergence's gradient`() throws {
    expectClose(
      try gradient(isPerToken: false),
      [0.005166, -0.005166, -0.045650, 0.045650, 0.078635, -0.078635])
  }

  @Test func `the product per token has another, in the first step`() throws {
    expectClose(
      try gradient(isPerToken: true),
      [0.022216, -0.022216, -0.045650, 0.045650, 0.078635, -0.078635])
  }

  /// Testbed B: how often the row beats the column.
  static let game = [
    [0.5, 0.9, 0.2, 0.6], [0.1, 0.5, 0.8, 0.7], [0.8, 0.2, 0.5, 0.4], [0.4, 0.3, 0.6, 0.5],
  ]

  /// The expected gradient when the opponent is the policy itself.
  private func selfPlay(_ policy: [Double], kl: Double) throws -> [Double] {
    let method = NashMD(share: 0)
    let logits = try Tensor.of(policy.map { log($0) })
    try logits.requireGradient()
    let pairs = TestbedA.tuples(2)
    let episodes = pairs.map { pair in
      TabularWorldTests.episodes([pair[0]], old: policy, rewards: Self.game.map { $0[pair[1]] })[0]
    }
    let chosen = try logits.logSoftmax(0).select(0, Tensor.of(pairs.map { $0[0] })).unsqueezed(1)
    let rollout = try Rollout(
      policy: chosen, episodes, method.credit(episodes, samples: 1, kl: kl), limit: 1, kl: kl)
    let weights = pairs.map { policy[$0[0]] * policy[$0[1]] }
    try (method.losses(rollout) * Tensor.of(weights)).sum().backward()
    return try numbers(logits.gradient)
  }

  @Test func `at the Nash policy of the game nothing pulls`() throws {
    let nash = [0.386567, 0.211815, 0.335600, 0.066019]
    // The policy is known to six digits.
    expectClose(try selfPlay(nash, kl: 0.1), [0, 0, 0, 0], within: 1e-6)
    let elsewhere = try selfPlay(TestbedA.reference, kl: 0.1)
    #expect(elsewhere.map(abs).max() ?? 0 > 1e-2)
  }

  @Test func `the preference of a reward is Bradley and Terry's`() {
    let opponent = OpponentSettings(share: 0.5, scale: 2)
    // 1 / (1 + e⁻¹)
    expectClose(opponent.preference(3, over: 1), 0.731059)
    expectClose(opponent.preference(1, over: 3), 1 - 0.731059)
    #expect(opponent.preference(4, over: 4) == 0.5)
    #expect(opponent.preference(5000, over: 0) == 1)
    #expect(opponent.preference(-5000, over: 0) == 0)
  }
}
