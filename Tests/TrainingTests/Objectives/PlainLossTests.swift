import Foundation
import TestSupport
import Testing
import Torch
import Training

@Suite struct BinaryClassificationTests {
  @Test func theLossIsTheCrossEntropyAndItsGradientTheError() throws {
    let logits = try Tensor.of([0.0, 0.7, -0.7, 2, -1000])
    try logits.requireGradient()
    let labels = try Tensor.of([1.0, 1, 0, 0.25, 1])
    let loss = try BinaryClassification.loss(logits, labels: labels)
    // σ(0.7) as in section 3.2; softplus(2) − 0.25 × 2 for the soft label.
    expectClose(
      try numbers(loss), [0.693147, 0.403186, 0.403186, log1p(exp(2)) - 0.5, 1000])
    try loss.sum().backward()
    let sigma = { (z: Double) in 1 / (1 + exp(-z)) }
    expectClose(
      try numbers(logits.gradient),
      [-0.5, sigma(0.7) - 1, sigma(-0.7), sigma(2) - 0.25, -1], within: 1e-15)
  }

  @Test func labelsOfAnotherShapeAreRefused() throws {
    #expect(
      message {
        _ = try BinaryClassification.loss(Tensor.of([0.0]), labels: Tensor.of([0.0, 1]))
      } == "binary classification loss: expected labels of [1], found [2]")
  }
}

@Suite struct BradleyTerryTests {
  private func loss(
    _ chosen: Double, _ rejected: Double, margin: Double? = nil, centring: Double = 0,
    smoothing: Double = 0
  ) throws -> (loss: Double, chosen: Double, rejected: Double) {
    let (up, down) = (try Tensor.of([chosen]), try Tensor.of([rejected]))
    for part in [up, down] { try part.requireGradient() }
    let losses = try BradleyTerry.loss(
      chosen: up, rejected: down, margin: margin.map { try Tensor.of([$0]) }, centring: centring,
      labelSmoothing: smoothing)
    try losses.sum().backward()
    return (try losses.item(), try numbers(up.gradient)[0], try numbers(down.gradient)[0])
  }

  @Test func theAnchorsOfTheTable() throws {
    // Section 3.2.
    expectClose(try loss(3, 3).loss, 0.693147)
    expectClose(try loss(1.7, 1).loss, 0.403186)
    expectClose(try loss(1.7, 1, margin: 0.5).loss, 0.598139)
  }

  @Test func swappingAPairFlipsTheGradientAndAConstantChangesNothing() throws {
    let equal = try loss(2, 2)
    #expect([equal.chosen, equal.rejected] == [-0.5, 0.5])
    let (one, other) = (try loss(1.7, 1), try loss(101.7, 101))
    expectClose([one.loss, one.chosen], [other.loss, other.chosen], within: 1e-13)
    expectClose(one.chosen, -1 / (1 + exp(0.7)), within: 1e-15)
  }

  @Test func hopelessPairsStayFinite() throws {
    let hopeless = try loss(-500, 500)
    #expect([hopeless.loss, hopeless.chosen, hopeless.rejected] == [1000, -1, 1])
  }

  @Test func centringAddsTheSquaredSumAndKeepsTheMarginsGradient() throws {
    let (plain, centred) = (try loss(1.7, 1), try loss(1.7, 1, centring: 0.01))
    expectClose(centred.loss, plain.loss + 0.01 * 2.7 * 2.7, within: 1e-15)
    expectClose(
      centred.chosen - centred.rejected, plain.chosen - plain.rejected, within: 1e-15)
    expectClose(centred.chosen + centred.rejected, 2 * 0.02 * 2.7, within: 1e-15)
  }

  @Test func smoothingPutsTheOptimumAtTheLogOdds() throws {
    let optimum = try loss(log(9.0), 0, smoothing: 0.1)
    expectClose(optimum.chosen, 0, within: 1e-15)
    // H(0.1)
    expectClose(optimum.loss, -0.9 * log(0.9) - 0.1 * log(0.1), within: 1e-15)
  }

  @Test func rewardsOfDifferentShapesAreRefused() throws {
    #expect(
      message {
        _ = try BradleyTerry.loss(chosen: Tensor.of([0.0]), rejected: Tensor.of([0.0, 1]))
      } == "Bradley–Terry loss: expected [pair] as the chosen rewards [1], found [2]")
  }
}

@Suite struct KLEstimatorTests {
  @Test func theGoldenRatios() throws {
    // Section 1.5: (log π, log π_ref) = (−1, −1.3) and (−2, −1.5).
    let ratios = try Tensor.of([0.3, -0.5])
    expectClose(try numbers(KLEstimator.k1.estimate(ratios)), [0.3, -0.5])
    expectClose(try numbers(KLEstimator.k2.estimate(ratios)), [0.045, 0.125])
    expectClose(try numbers(KLEstimator.k3.estimate(ratios)), [0.040818, 0.148721])
  }

  /// The mean of an estimator over testbed A's responses under a policy, and its gradient in the
  /// logits when the samples are fixed; KL in both directions with their gradients.
  private func population(
    _ value: (_ ratios: Tensor, _ policy: Tensor, _ reference: Tensor) throws -> Tensor
  ) throws -> (value: Double, gradient: [Double]) {
    let logits = try Tensor.of(TestbedA.theta)
    try logits.requireGradient()
    let policy = try logits.logSoftmax(0)
    let reference = try Tensor.of(TestbedA.reference.map { log($0) })
    let total = try value(policy - reference, policy, reference).sum()
    try total.backward()
    return (try total.item(), try numbers(logits.gradient))
  }

  @Test func valuesAndGradientsAreThoseOfTheTable() throws {
    let reverse = try population { ratios, policy, _ in try policy.exp() * ratios }
    let forward = try population { ratios, _, reference in try reference.exp() * (-ratios) }
    func estimate(_ estimator: KLEstimator) throws -> (value: Double, gradient: [Double]) {
      try population { ratios, policy, _ in
        try policy.detached().exp() * estimator.estimate(ratios)
      }
    }
    let (k1, k2, k3) = (try estimate(.k1), try estimate(.k2), try estimate(.k3))
    expectClose([k1.value, k3.value], [reverse.value, reverse.value], within: 1e-15)
    #expect(abs(k2.value - reverse.value) > 1e-3)
    expectClose(k1.gradient, [0, 0, 0, 0], within: 1e-15)
    expectClose(k2.gradient, reverse.gradient, within: 1e-15)
    expectClose(k3.gradient, forward.gradient, within: 1e-15)
  }
}
