import Foundation
import TestSupport
import Testing
import Torch
import Training

@Suite struct CandidatePolicyGradientTests {
  private func group(
    _ log: [Double], sampler: [Double], rewards: [Double]
  ) throws -> Candidates {
    try Candidates(
      policy: matrix([log], gradient: true), sampler: matrix([sampler]),
      lengths: matrix([log.map { _ in 1 }]), rewards: matrix([rewards]))
  }

  @Test func onItsOwnCandidatesItHasTheMeanAsBaseline() throws {
    // Section 12.4: weights 1/m.
    let own = try group([-1, -2, -3, -4], sampler: [-1, -2, -3, -4], rewards: TestbedA.rewards)
    let (_, gradient) = try lossAndGradient(CandidatePolicyGradient(), own)
    expectClose(gradient, TestbedA.rewards.map { -($0 - 1.125) / 4 }, within: 1e-15)
  }

  @Test func weightsAreTheNormalisedRatios() throws {
    // Ratios 1 : 2 : 3 : 4.
    let ratios = [1.0, 2, 3, 4]
    let group = try group(
      ratios.map { log($0) - 5 }, sampler: [-5, -5, -5, -5], rewards: TestbedA.rewards)
    let (_, gradient) = try lossAndGradient(CandidatePolicyGradient(), group)
    let w = ratios.map { $0 / 10 }
    let mean = zip(w, TestbedA.rewards).reduce(0) { $0 + $1.0 * $1.1 }
    expectClose(
      gradient, zip(w, TestbedA.rewards).map { -$0 * ($1 - mean) }, within: 1e-15)
    let monitors = try CandidatePolicyGradient().monitors(group)
    #expect(monitors.map(\.name) == ["effective_samples"])
    expectClose(try numbers(monitors[0].values), [100.0 / 30], within: 1e-12)
  }

  @Test func promptsWithFewEffectiveCandidatesAreLeftOut() throws {
    let uneven = try group([0, -9, -9, -9], sampler: [0, 0, 0, 0], rewards: TestbedA.rewards)
    let (loss, gradient) = try lossAndGradient(CandidatePolicyGradient(), uneven)
    #expect(loss == 0)
    #expect(gradient == [0, 0, 0, 0])
    let kept = try lossAndGradient(CandidatePolicyGradient(leastEffective: 1), uneven)
    #expect(kept.gradient[0] != 0)
    #expect(CandidatePolicyGradient().smallestGroup == 3)
    #expect(CandidatePolicyGradient(leastEffective: 3.5).smallestGroup == 4)
    #expect(CandidatePolicyGradient(leastEffective: 1).smallestGroup == 2)
  }

  @Test func freshCandidatesAreComparedWithTheOthers() throws {
    // Section 12.2: rewards 1, 0, 0, 1 give advantages of ±2/3, a quarter of the step each.
    let fresh = try Candidates(
      policy: matrix([[-1, -2, -3, -4]], gradient: true), lengths: matrix([[1, 1, 1, 1]]),
      rewards: matrix([[1, 0, 0, 1]]))
    let (_, gradient) = try lossAndGradient(CandidatePolicyGradient(weights: .fresh), fresh)
    expectClose(gradient.map { -4 * $0 }, [0.666667, -0.666667, -0.666667, 0.666667])
  }

  @Test func freshCandidatesGiveTheExactGradient() throws {
    // All triples of testbed A under θ: the gradient of the expected reward is π (r − E r).
    let logits = try Tensor.of(TestbedA.theta)
    try logits.requireGradient()
    let policy = try numbers(Tensor.of(TestbedA.theta).softmax(0))
    let tuples = TestbedA.tuples(3)
    let weights = try Tensor.of(tuples.map { $0.reduce(1) { $0 * policy[$1] } })
    let candidates = try TestbedA.candidates(tuples, logits: logits)
    try (CandidatePolicyGradient(weights: .fresh).loss(candidates) * weights).sum().backward()
    let mean = zip(policy, TestbedA.rewards).reduce(0) { $0 + $1.0 * $1.1 }
    expectClose(
      try numbers(logits.gradient).map { -$0 },
      zip(policy, TestbedA.rewards).map { $0 * ($1 - mean) }, within: 1e-15)
  }

  @Test func itsBiasShrinksWithTheNumberOfCandidates() throws {
    // Candidates from the reference; exact expectation over all tuples.
    let policy = try numbers(Tensor.of(TestbedA.theta).softmax(0))
    let mean = zip(policy, TestbedA.rewards).reduce(0) { $0 + $1.0 * $1.1 }
    let exact = zip(policy, TestbedA.rewards).map { $0 * ($1 - mean) }
    func error(_ count: Int) throws -> Double {
      let logits = try Tensor.of(TestbedA.theta)
      try logits.requireGradient()
      let tuples = TestbedA.tuples(count)
      let index = try Tensor.of(tuples.flatMap { $0 })
      func placed(_ perResponse: Tensor) throws -> Tensor {
        try perResponse.select(0, index).reshaped([tuples.count, count])
      }
      let candidates = try Candidates(
        policy: placed(logits.logSoftmax(0)),
        sampler: placed(Tensor.of(TestbedA.reference.map { log($0) })),
        lengths: Tensor.ones([tuples.count, count], type: .float64),
        rewards: placed(Tensor.of(TestbedA.rewards)))
      let weights = try Tensor.of(tuples.map { $0.reduce(1) { $0 * TestbedA.reference[$1] } })
      let objective = CandidatePolicyGradient(leastEffective: 1)
      try (objective.loss(candidates) * weights).sum().backward()
      let found = try numbers(logits.gradient).map { -$0 }
      return zip(found, exact).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }
    let errors = try [3, 6].map(error)
    #expect(errors[1] < 0.65 * errors[0], "\(errors)")
  }

  @Test func itKeepsEveryPromiseAndChecksItsOptions() throws {
    try expectPromises(of: CandidatePolicyGradient(weights: .fresh))
    try expectPromises(of: CandidatePolicyGradient(leastEffective: 1))
    #expect(try ObjectiveContracts.constantsOfARewardCancel(CandidatePolicyGradient()) == nil)
    #expect(
      CandidatePolicyGradient().refusal(offered: [.rewards, .reference])
        == "candidate-pg needs the sampler's log-probabilities, and there is none")
    #expect(
      try readObjective("method: candidate-pg\nweights: all\nleast_effective: 0").mistakes == [
        "recipe.yaml:2:10: weights is \"all\"; it must be one of importance, fresh",
        "recipe.yaml:3:18: least_effective is 0; it must be at least 1",
      ])
  }
}
