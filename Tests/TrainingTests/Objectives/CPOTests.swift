import TestSupport
import Testing
import Torch
import Training

@Suite struct CPOTests {
  @Test func theGoldenPairWithEachLikelihood() throws {
    // Section 13.2: u = 0.1 × 3.
    let alone = try lossAndGradient(CPO(nllWeight: 0), goldenPair())
    expectClose(alone.loss, 0.554355)
    let slope = 0.1 * sigmoid(-0.3)
    expectClose(alone.gradient, [-slope, slope], within: 1e-15)
    let sum = try lossAndGradient(CPO(), goldenPair())
    expectClose(sum.loss, 12.554355)
    expectClose(sum.gradient, [-slope - 1, slope], within: 1e-15)
    let mean = try lossAndGradient(CPO(nll: .mean), goldenPair())
    expectClose(mean.loss, 2.554355)
    expectClose(mean.gradient, [-slope - 1.0 / 6, slope], within: 1e-15)
  }

  @Test func itKeepsEveryPromiseAndChecksItsOptions() throws {
    try expectPromises(of: CPO(nll: .mean))
    #expect(try ObjectiveContracts.theReferenceIsNotRead(CPO()) == nil)
    #expect(
      try readObjective("method: cpo\nbeta: 0\nnll: tokens").mistakes == [
        "recipe.yaml:2:7: beta is 0; it must be above 0",
        "recipe.yaml:3:6: nll is \"tokens\"; it must be one of sum, mean",
      ])
  }
}
