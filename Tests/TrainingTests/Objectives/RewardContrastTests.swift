import Foundation
import TestSupport
import Testing
import Torch

@testable import Training

@Suite struct RewardContrastTests {
  func losses(
    _ demonstrations: [Double], _ samples: [Double], _ form: RewardContrast.Form,
    regularisation: Double = 0
  ) throws -> [Double] {
    try RewardContrast.loss(
      demonstrations: Tensor.of(demonstrations), samples: Tensor.of(samples), form: form,
      regularisation: regularisation
    ).values()
  }

  @Test func equalRewardsGiveLogTwoOrNothing() throws {
    expectClose(try losses([3], [3], .logSigmoid), [log(2)], within: 1e-12)
    #expect(try losses([3], [3], .linear) == [0])
  }

  @Test func aDifferenceOfSevenTenthsGivesTheLossOfBradleyAndTerry() throws {
    // −log σ(0.7), the number of the pairwise reward loss in the reference tables.
    expectClose(try losses([1.7], [1], .logSigmoid), [0.403186])
    expectClose(try losses([1.7], [1], .linear), [-0.7], within: 1e-12)
    // λ/2 (1.7² + 1²) = 0.05 · 3.89.
    expectClose(
      try losses([1.7], [1], .linear, regularisation: 0.1), [-0.7 + 0.1945], within: 1e-12)
  }

  @Test func theLinearSlopeIsConstantAndTheOtherBounded() throws {
    for (form, slope) in [(RewardContrast.Form.linear, -1.0), (.logSigmoid, -1 / (1 + exp(0.7)))] {
      let rewards = try Tensor.of([1.7])
      try rewards.requireGradient()
      try RewardContrast.loss(
        demonstrations: rewards, samples: Tensor.of([1.0]), form: form
      ).sum().backward()
      expectClose(try numbers(rewards.gradient), [slope], within: 1e-12)
    }
  }

  /// Rounds of reward step and exact policy on four responses; see the table of the two fixed
  /// points: reference [.4, .3, .2, .1], demonstrations [.1, .2, .6, .1], β = .5.
  @Test(arguments: [
    (RewardContrast.Form.linear, [0.1, 0.2, 0.6, 0.1]),
    (.logSigmoid, [0.175656, 0.253340, 0.460348, 0.110656]),
  ])
  func roundsEndAtThePolicyThatEachFormAims(
    _ form: RewardContrast.Form, _ expected: [Double]
  ) throws {
    let reference = [0.4, 0.3, 0.2, 0.1]
    let demonstrations = [0.1, 0.2, 0.6, 0.1]
    var rewards = [Double](repeating: 0, count: 4)
    func policy() -> [Double] {
      let weights = zip(reference, rewards).map { $0 * exp($1 / 0.5) }
      return weights.map { $0 / weights.reduce(0, +) }
    }
    // All 16 pairs of a demonstration and a sample, weighted by their probabilities.
    let places = (0..<16).map { ($0 / 4, $0 % 4) }
    for _ in 0..<6000 {
      let sampled = policy()
      let table = try Tensor.of(rewards)
      try table.requireGradient()
      let left = try table.select(0, Tensor.of(places.map(\.0)))
      let right = try table.select(0, Tensor.of(places.map(\.1)))
      let weights = try Tensor.of(places.map { demonstrations[$0.0] * sampled[$0.1] })
      try (RewardContrast.loss(demonstrations: left, samples: right, form: form) * weights)
        .sum().backward()
      let slopes = try numbers(table.gradient)
      rewards = zip(rewards, slopes).map { $0 - 0.5 * $1 }
    }
    expectClose(policy(), expected, within: 2e-6)
  }

  @Test func otherShapesAreNamed() throws {
    let text = message {
      _ = try RewardContrast.loss(
        demonstrations: Tensor.of([1.0, 2]), samples: Tensor.of([1.0]), form: .linear)
    }
    #expect(text.contains("reward contrast"))
    #expect(text.contains("[1]"))
  }
}
