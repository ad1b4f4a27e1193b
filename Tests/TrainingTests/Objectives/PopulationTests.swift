import Foundation
import TestSupport
import Testing
import Torch
import Training

/// KL of the smoothed policy and the reward's target on testbed A, and its gradient in the logits.
private func exactDivergence(
  forward: Bool, logits: [Double], betaPi: Double, betaR: Double
) throws -> (value: Double, gradient: [Double]) {
  let logits = try Tensor.of(logits)
  try logits.requireGradient()
  let reference = try Tensor.of(TestbedA.reference.map { log($0) })
  let ratios = try logits.logSoftmax(0) - reference
  let policy = try (reference + betaPi * ratios).logSoftmax(0)
  let target = try (reference + Tensor.of(TestbedA.rewards) / betaR).logSoftmax(0)
  let (from, to) = forward ? (target, policy) : (policy, target)
  let divergence = try (from.exp() * (from - to)).sum()
  try divergence.backward()
  return (try divergence.item(), try numbers(logits.gradient))
}

private func length(_ vector: [Double]) -> Double { sqrt(vector.reduce(0) { $0 + $1 * $1 }) }

private func compare(
  _ found: [Double], _ exact: [Double]
) -> (error: Double, cosine: Double) {
  let difference = zip(found, exact).map { $0 - $1 }
  let inner = zip(found, exact).reduce(0) { $0 + $1.0 * $1.1 }
  return (length(difference) / length(exact), inner / (length(found) * length(exact)))
}

/// The theorems of the EXO paper, by enumerating every tuple of candidates on testbed A.
@Suite struct PopulationTests {
  private let exo = EXORw(betaPi: 0.5, betaR: 0.5)
  private let dpo = DPORw(betaPi: 0.5, betaR: 0.5)

  @Test(arguments: [(2, 0.330646), (3, 0.487807), (4, 0.573683)])
  func theLossOfFewCandidatesLiesBelowTheDivergence(count: Int, expected: Double) throws {
    let found = try TestbedA.expectedLoss(exo, count: count, logits: [0, 0, 0, 0])
    expectClose(found.loss, expected)
    #expect(found.loss < 0.798296)
  }

  @Test func theDivergenceOfInfinitelyManyCandidates() throws {
    let exact = try exactDivergence(forward: false, logits: [0, 0, 0, 0], betaPi: 0.5, betaR: 0.5)
    expectClose(exact.value, 0.798296)
    // The reference's candidates in exact proportion (4 : 3 : 2 : 1) stand for K → ∞.
    let proportional = [0, 0, 0, 0, 1, 1, 1, 2, 2, 3]
    let logits = try Tensor.of([0.0, 0, 0, 0])
    let candidates = try TestbedA.candidates([proportional], logits: logits)
    expectClose(try exo.loss(candidates).item(), 0.798296)
  }

  @Test func theGradientOfEXOApproachesThatOfTheReverseDivergence() throws {
    // Theorem 3.2. Section 5.4 prints .552, .979 and .281, drawn by Monte Carlo; the digits below are
    // of the same enumeration with central differences in numpy.
    let exact = try exactDivergence(
      forward: false, logits: TestbedA.theta, betaPi: 0.5, betaR: 0.5
    ).gradient
    let two = compare(
      try TestbedA.expectedLoss(exo, count: 2, logits: TestbedA.theta).gradient, exact)
    let four = compare(
      try TestbedA.expectedLoss(exo, count: 4, logits: TestbedA.theta).gradient, exact)
    expectClose([two.error, two.cosine, four.error], [0.552051, 0.978699, 0.281966])
    #expect(four.error < 0.65 * two.error)
  }

  @Test func theGradientOfDPOApproachesThatOfTheForwardDivergence() throws {
    // Theorem 3.3. Section 5.4 prints .737 and .782, drawn by Monte Carlo; digits as above.
    let exact = try exactDivergence(
      forward: true, logits: TestbedA.theta, betaPi: 0.5, betaR: 0.5
    ).gradient
    let two = compare(
      try TestbedA.expectedLoss(dpo, count: 2, logits: TestbedA.theta).gradient, exact)
    let four = compare(
      try TestbedA.expectedLoss(dpo, count: 4, logits: TestbedA.theta).gradient, exact)
    expectClose([two.error, two.cosine, four.error], [0.737908, 0.780322, 0.452827])
    #expect(four.error < 0.65 * two.error)
  }

  @Test func theGradientOfOneDirectionIsNotThatOfTheOther() throws {
    let reverse = try exactDivergence(
      forward: false, logits: TestbedA.theta, betaPi: 0.5, betaR: 0.5
    ).gradient
    let found = try TestbedA.expectedLoss(dpo, count: 4, logits: TestbedA.theta).gradient
    #expect(compare(found, reverse).error > 0.35)
  }

  @Test(arguments: [1, 2, 3, 4])
  func atTheOptimumEverySetOfCandidatesIsExact(count: Int) throws {
    // Section 5.1, assertion 1: π*_β with β = β_r β_π = ¼.
    let logits = try Tensor.of(TestbedA.optimum(0.25).map { log($0) })
    try logits.requireGradient()
    let candidates = try TestbedA.candidates(TestbedA.tuples(count), logits: logits)
    let reverse = try exo.loss(candidates)
    #expect(try numbers(reverse).allSatisfy { abs($0) < 1e-13 })
    try reverse.sum().backward()
    #expect(try numbers(logits.gradient).allSatisfy { abs($0) < 1e-12 })
    try logits.clearGradient()
    let forward = try dpo.loss(TestbedA.candidates(TestbedA.tuples(count), logits: logits))
    let target = try candidates.logShares(candidates.givenRewards() / 0.5)
    let entropy = try -(target.exp() * target).sum(1)
    expectClose(try numbers(forward), try numbers(entropy), within: 1e-13)
    try forward.sum().backward()
    #expect(try numbers(logits.gradient).allSatisfy { abs($0) < 1e-12 })
  }

  @Test(arguments: [
    (2, [0.16, 0.33, 0.36, 0.15]), (4, [0.0256, 0.2145, 0.5904, 0.1695]),
  ])
  func bestOfMFitsTheBestOfMDistribution(count: Int, expected: [Double]) throws {
    // Section 12.5: F(y)^m − F⁻(y)^m. At that policy the loss is its entropy, without gradient.
    let found = try TestbedA.expectedLoss(
      BestOfM(), count: count, logits: expected.map { log($0) })
    expectClose(found.loss, -expected.reduce(0) { $0 + $1 * log($1) }, within: 1e-12)
    expectClose(found.gradient, [0, 0, 0, 0], within: 1e-12)
    let elsewhere = try TestbedA.expectedLoss(BestOfM(), count: count, logits: [0, 0, 0, 0])
    #expect(length(elsewhere.gradient) > 0.1)
  }

  /// Section 14.5: a Gaussian on 0…40 fitted to two modes at 10 and 30. Every point once, under a
  /// uniform reference, makes the policy's shares the Gaussian and the target's the mixture.
  /// The reverse KL has a second, wide optimum, in which a wide start ends: each fit names its start.
  private func fit(
    _ objective: some Objective, from start: (mean: Double, deviation: Double)
  ) throws -> (mean: Double, deviation: Double) {
    func density(_ mean: Double, _ deviation: Double) -> [Double] {
      let weights = (0...40).map { exp(-0.5 * pow((Double($0) - mean) / deviation, 2)) }
      return weights.map { $0 / weights.reduce(0, +) }
    }
    let target = zip(density(10, 2), density(30, 2)).map { log(0.55 * $0 + 0.45 * $1) }
    let points = try Tensor.of((0...40).map { Double($0) })
    let mean = try Tensor.of([start.mean])
    let spread = try Tensor.of([log(start.deviation)])
    for parameter in [mean, spread] { try parameter.requireGradient() }
    var optimiser = try AdamW([mean, spread], .init())
    for step in 0..<800 {
      let scaled = try (points - mean) / spread.exp()
      let policy = try (-0.5 * scaled.squared()).logSoftmax(0).unsqueezed(0)
      let candidates = try Candidates(
        policy: policy, reference: Tensor.zeros([1, 41], type: .float64),
        lengths: Tensor.ones([1, 41], type: .float64), rewards: matrix([target]))
      try objective.loss(candidates).sum().backward()
      try optimiser.update(rate: step < 600 ? 0.1 : 0.01)
    }
    return (try mean.item(), exp(try spread.item()))
  }

  @Test func dpoCoversBothModesAndEXOSeeksOne() throws {
    let covering = try fit(DPORw(betaPi: 1, betaR: 1), from: (15, 6))
    expectClose(covering.mean, 18.25, within: 0.25)
    expectClose(covering.deviation, 13.5, within: 0.06 * 13.5)
    let seeking = try fit(EXORw(betaPi: 1, betaR: 1), from: (12, 3))
    expectClose(seeking.mean, 10, within: 0.25)
    expectClose(seeking.deviation, 2.01, within: 0.06 * 2.01)
  }
}
