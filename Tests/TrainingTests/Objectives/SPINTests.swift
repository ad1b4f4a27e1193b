import Foundation
import TestSupport
import Testing
import Torch
import Training

@Suite struct SPINTests {
  /// Section 10.1: demonstrations on testbed A.
  private let demonstrated = [0.1, 0.2, 0.6, 0.1]

  @Test func theGoldenPairAgainstThePreviousPolicy() throws {
    // d = (½, −0.2), u = 0.1 × 0.7.
    let (loss, gradient) = try lossAndGradient(SPIN(), goldenPair())
    expectClose(loss, logistic(0.07), within: 1e-15)
    expectClose(gradient, [-0.1 * sigmoid(-0.07), 0.1 * sigmoid(-0.07)], within: 1e-15)
  }

  @Test func itIsDPOWithThePreviousPolicyAsReference() throws {
    let other = try Candidates(
      policy: matrix([[-12, -15]], gradient: true), reference: matrix([[-12.5, -14.8]]),
      lengths: matrix([[6, 10]]))
    let spin = try lossAndGradient(SPIN(lambda: 2), goldenPair())
    let dpo = try lossAndGradient(DPOPref(beta: 2), other)
    expectClose(spin.loss, dpo.loss, within: 1e-15)
    expectClose(spin.gradient, dpo.gradient, within: 1e-15)
  }

  /// Minimises over demonstrations against completions of `previous`.
  private func round(_ previous: [Double], lambda: Double) throws -> [Double] {
    let pairs = TestbedA.tuples(2)
    let index = try Tensor.of(pairs.flatMap { $0 })
    let weights = try Tensor.of(pairs.map { demonstrated[$0[0]] * previous[$0[1]] })
    func placed(_ perResponse: Tensor) throws -> Tensor {
      try perResponse.select(0, index).reshaped([16, 2])
    }
    return try minimised(rate: 8 / (lambda * lambda)) { logits in
      let candidates = try Candidates(
        policy: placed(logits.logSoftmax(0)), previous: placed(Tensor.of(previous.map { log($0) })),
        lengths: Tensor.ones([16, 2], type: .float64))
      return try (SPIN(lambda: lambda).loss(candidates) * weights).sum()
    }
  }

  @Test func aRoundMovesByThePowerOfTheInverseScale() throws {
    // λ = 1 meets the demonstrations at once.
    expectClose(try round(TestbedA.reference, lambda: 1), demonstrated, within: 1e-6)
    // λ = 2 contracts: KL(p_data ‖ π_t) is 0.1047 and 0.0250 after one and two rounds.
    var policy = TestbedA.reference
    for expected in [0.1047, 0.0250] {
      policy = try round(policy, lambda: 2)
      let divergence = zip(demonstrated, policy).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }
      expectClose(divergence, expected, within: 5e-5)
    }
  }

  @Test(arguments: [0.4, 1.5])
  func itsMinimumIsTheClosedForm(lambda: Double) throws {
    // π_t (p_data / π_t)^{1/λ}, normalised: below ½ beyond the demonstrations, above 1 short of them.
    let weights = zip(TestbedA.reference, demonstrated).map { $0 * pow($1 / $0, 1 / lambda) }
    let expected = weights.map { $0 / weights.reduce(0, +) }
    expectClose(try round(TestbedA.reference, lambda: lambda), expected, within: 1e-5)
  }

  @Test func atTheDemonstrationsTheLossIsLogTwo() throws {
    let (loss, gradient) = try lossAndGradient(SPIN(lambda: 1), flatPair(margin: 0))
    expectClose(loss, 0.693147)
    #expect(gradient == [-0.5, 0.5])
    #expect(try ObjectiveContracts.constantsOfALogRatioCancel(SPIN()) == nil)
    #expect(try ObjectiveContracts.theReferenceIsNotRead(SPIN()) == nil)
    #expect(
      try readObjective("method: spin\nlambda: 0").mistakes
        == ["recipe.yaml:2:9: lambda is 0; it must be above 0"])
  }
}
