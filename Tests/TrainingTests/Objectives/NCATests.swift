import TestSupport
import Testing
import Torch
import Training

@Suite struct NCATests {
  @Test func theGoldenPair() throws {
    // Section 4.3; slopes −β σ(−βa) + ½ β σ(βa) and ½ β σ(βb).
    let (loss, gradient) = try lossAndGradient(NCA(beta: 0.1), goldenPair())
    expectClose(loss, 1.350825)
    let up = -0.1 * sigmoid(-0.1) + 0.05 * sigmoid(0.1)
    expectClose(gradient, [up, 0.05 * sigmoid(-0.05)], within: 1e-15)
  }

  @Test func theChosenCandidateHasAnOptimumOfItsOwn() throws {
    // σ(βa) = 2/3: a = log 2 at β = 1, whatever b is.
    for other in [-3.0, 0, 4] {
      let pair = try Candidates(
        policy: matrix([[0.6931471805599453, other]], gradient: true), reference: matrix([[0, 0]]),
        lengths: matrix([[1, 1]]))
      expectClose(try lossAndGradient(NCA(beta: 1), pair).gradient[0], 0, within: 1e-15)
    }
  }

  @Test func absoluteRatiosCountAndOptionsAreChecked() throws {
    #expect(try ObjectiveContracts.constantsOfALogRatioCancel(NCA()) != nil)
    #expect(
      try readObjective("method: nca\nbeta: -0.1").mistakes
        == ["recipe.yaml:2:7: beta is -0.1; it must be above 0"])
  }
}
