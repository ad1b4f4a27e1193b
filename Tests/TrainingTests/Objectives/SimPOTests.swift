import TestSupport
import Testing
import Torch
import Training

@Suite struct SimPOTests {
  @Test func theGoldenPair() throws {
    // Section 13.3: u = 2 (−2 + 1.5 − ½).
    let (loss, gradient) = try lossAndGradient(SimPO(beta: 2, gammaRatio: 0.5), goldenPair())
    expectClose(loss, 2.126928)
    let slope = 2 * sigmoid(2)
    expectClose(gradient, [-slope / 6, slope / 10], within: 1e-15)
  }

  @Test func smoothingTurnsTheWholeMargin() throws {
    let (loss, _) = try lossAndGradient(
      SimPO(beta: 2, gammaRatio: 0.5, labelSmoothing: 0.1), goldenPair())
    expectClose(loss, 0.9 * logistic(-2) + 0.1 * logistic(2), within: 1e-15)
  }

  @Test func theLikelihoodIsAddedPerToken() throws {
    let plain = try lossAndGradient(SimPO(), goldenPair())
    let with = try lossAndGradient(SimPO(sftWeight: 0.5), goldenPair())
    expectClose(with.loss, plain.loss + 1, within: 1e-15)
    expectClose(with.gradient[0], plain.gradient[0] - 0.5 / 6, within: 1e-15)
  }

  @Test func onlyMeansCount() throws {
    #expect(try ObjectiveContracts.repeatedTokensChangeNothing(SimPO()) == nil)
    #expect(try ObjectiveContracts.theReferenceIsNotRead(SimPO()) == nil)
    // A constant on every token of both cancels, whatever the lengths 6 and 10.
    let shifted = try Candidates(
      policy: matrix([[-12 + 6 * 0.3, -15 + 10 * 0.3]], gradient: true),
      lengths: matrix([[6, 10]]))
    expectClose(
      try lossAndGradient(SimPO(), shifted).loss, try lossAndGradient(SimPO(), goldenPair()).loss,
      within: 1e-14)
  }

  @Test func itKeepsEveryPromiseAndChecksItsOptions() throws {
    try expectPromises(of: SimPO(labelSmoothing: 0.1, sftWeight: 0.5))
    #expect(
      try readObjective("method: simpo\nbeta: 0\ngamma_ratio: -1\nlabel_smoothing: 0.5").mistakes
        == [
          "recipe.yaml:2:7: beta is 0; it must be above 0",
          "recipe.yaml:3:14: gamma_ratio is -1; it must be at least 0",
          "recipe.yaml:4:18: label_smoothing is 0.5; it must be at least 0 and below 0.5",
        ])
  }
}
