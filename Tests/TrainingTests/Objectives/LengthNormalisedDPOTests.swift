import TestSupport
import Testing
import Torch
import Training

@Suite struct LengthNormalisedDPOTests {
  @Test func theGoldenPair() throws {
    // Section 4.3: u = 0.1 (1/6 + ½/10).
    let (loss, gradient) = try lossAndGradient(LengthNormalisedDPO(beta: 0.1), goldenPair())
    expectClose(loss, 0.682373)
    let slope = 0.1 * sigmoid(-0.1 * (1.0 / 6 + 0.05))
    expectClose(gradient, [-slope / 6, slope / 10], within: 1e-15)
  }

  @Test func repeatedTokensChangeNothing() throws {
    #expect(try ObjectiveContracts.repeatedTokensChangeNothing(LengthNormalisedDPO()) == nil)
    #expect(try ObjectiveContracts.repeatedTokensChangeNothing(DPOPref()) != nil)
    #expect(
      try readObjective("method: ln-dpo\nbeta: 0").mistakes
        == ["recipe.yaml:2:7: beta is 0; it must be above 0"])
  }
}
