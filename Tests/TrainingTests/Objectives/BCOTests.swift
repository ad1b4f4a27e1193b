import TestSupport
import Testing
import Torch
import Training

@Suite struct BCOTests {
  @Test func theGoldenPairWithEachDelta() throws {
    // Section 4.3: δ = 0, and the mean (0.1 − 0.05) / 2 = 0.025.
    let zero = try lossAndGradient(BCO(beta: 0.1, delta: .zero), goldenPair())
    expectClose(zero.loss, 1.312856)
    expectClose(zero.gradient, [-0.1 * sigmoid(-0.1), 0.1 * sigmoid(-0.05)], within: 1e-15)
    let mean = try lossAndGradient(BCO(beta: 0.1), goldenPair())
    expectClose(mean.loss, 1.312700)
    // δ is held constant.
    expectClose(mean.gradient, [-0.1 * sigmoid(-0.075), 0.1 * sigmoid(-0.075)], within: 1e-15)
  }

  @Test func theMeanIsThatOfTheStepWithoutIncompletePairs() throws {
    let step = try Candidates(
      policy: matrix([[-12, -15], [-13, -18.5], [7, .nan]], gradient: true),
      reference: matrix([[-13, -14.5], [-13, -14.5], [0, 0]]),
      lengths: matrix([[6, 10], [6, 10], [1, 1]]),
      valid: Tensor.of([true, true, true, true, true, false], [3, 2]))
    // Rewards at β = 1: 1, −½, 0, −4; δ = −0.875.
    let losses = try numbers(BCO(beta: 1).loss(step))
    expectClose(
      losses, [logistic(1.875) + logistic(-0.375), logistic(0.875) + logistic(3.125), 0],
      within: 1e-14)
  }

  @Test func onlyTheMeanCouplesAStep() throws {
    try expectPromises(of: BCO(delta: .zero))
    #expect(BCO().couplesPrompts && !BCO(delta: .zero).couplesPrompts)
    // A constant of all log-ratios of the step is in δ; one of each prompt is not.
    #expect(try ObjectiveContracts.constantsOfALogRatioCancel(BCO()) != nil)
    #expect(
      try readObjective("method: bco\nbeta: 0\ndelta: running").mistakes == [
        "recipe.yaml:2:7: beta is 0; it must be above 0",
        "recipe.yaml:3:8: delta is \"running\"; it must be one of mean, zero",
      ])
  }
}
