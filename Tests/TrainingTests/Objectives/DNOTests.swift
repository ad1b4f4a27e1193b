import TestSupport
import Testing
import Torch
import Training

@Suite struct DNOTests {
  private func pair(_ rates: [Double], margin: Double = 0.15) throws -> Candidates {
    try Candidates(
      policy: matrix([[margin, 0]], gradient: true), previous: matrix([[0, 0]]),
      lengths: matrix([[1, 1]]), winRates: matrix([rates]))
  }

  @Test func theGoldenSoftLabel() throws {
    // Section 9.7: rewards 0.8 apart, u = 0.15.
    let (loss, gradient) = try lossAndGradient(DNO(beta: 1, eta: 1), pair([0.9, 0.1]))
    expectClose(loss, 0.667461)
    expectClose(gradient, [-0.152545, 0.152545])
    let scaled = try lossAndGradient(DNO(beta: 1, eta: 2), pair([0.7, 0.3]))
    expectClose(scaled.loss, loss, within: 1e-15)
  }

  @Test func equalWinRatesPullTheMarginToZero() throws {
    let equal = try lossAndGradient(DNO(beta: 1), pair([0.6, 0.6], margin: 0))
    expectClose(equal.loss, 0.693147)
    #expect(equal.gradient == [0, 0])
    let apart = try lossAndGradient(DNO(beta: 1), pair([0.6, 0.6], margin: 2))
    expectClose(apart.gradient[0], sigmoid(2) - 0.5, within: 1e-15)
  }

  @Test func itIsZeroSlopeWhereTheMarginIsTheDifferenceOfWinRates() throws {
    let met = try lossAndGradient(DNO(beta: 0.5, eta: 3), pair([0.8, 0.3], margin: 3))
    expectClose(met.gradient, [0, 0], within: 1e-15)
  }

  @Test func aConstantOfThePromptCancelsAndTheReferenceIsNotRead() throws {
    #expect(try ObjectiveContracts.constantsOfALogRatioCancel(DNO()) == nil)
    #expect(try ObjectiveContracts.theReferenceIsNotRead(DNO()) == nil)
    #expect(
      try readObjective("method: dno\nbeta: 0\neta: -1").mistakes == [
        "recipe.yaml:2:7: beta is 0; it must be above 0",
        "recipe.yaml:3:6: eta is -1; it must be above 0",
      ])
  }
}
