import TestSupport
import Testing
import Torch
import Training

@Suite struct SPPOHardTests {
  @Test func theGoldenPair() throws {
    // Section 4.3: (1 − 5)² + (−½ + 5)².
    let (loss, gradient) = try lossAndGradient(SPPOHard(beta: 0.1), goldenPair())
    expectClose(loss, 36.25)
    expectClose(gradient, [-8, 9], within: 1e-13)
  }

  @Test func itIsTwiceSPPOWithCertainWinRates() throws {
    let certain = try Candidates(
      policy: matrix([[-12, -15]], gradient: true), previous: matrix([[-13, -14.5]]),
      lengths: matrix([[6, 10]]), winRates: matrix([[1, 0]]))
    let sppo = try lossAndGradient(SPPO(eta: 10), certain)
    let hard = try lossAndGradient(SPPOHard(beta: 0.1), goldenPair())
    expectClose(hard.loss, 2 * sppo.loss, within: 1e-12)
    expectClose(hard.gradient, sppo.gradient.map { 2 * $0 }, within: 1e-12)
  }

  @Test func absoluteRatiosCountAndOptionsAreChecked() throws {
    #expect(try ObjectiveContracts.constantsOfALogRatioCancel(SPPOHard(beta: 1)) != nil)
    #expect(
      try readObjective("method: sppo-hard\nbeta: 0").mistakes
        == ["recipe.yaml:2:7: beta is 0; it must be above 0"])
  }
}
