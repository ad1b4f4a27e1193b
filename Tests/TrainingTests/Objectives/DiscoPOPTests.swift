import Foundation
import TestSupport
import Testing
import Torch
import Training

@Suite struct DiscoPOPTests {
  @Test func theGoldenPair() throws {
    // Section 4.3. With m = σ(3): slope of (1 − m) softplus(−u) + m e^(−u), times β.
    let (loss, gradient) = try lossAndGradient(DiscoPOP(), goldenPair())
    expectClose(loss, 0.849338)
    let m = sigmoid(3)
    let turn = m * (1 - m) / 0.05
    let slope =
      turn * (exp(-0.15) - logistic(0.15)) - (1 - m) * sigmoid(-0.15) - m * exp(-0.15)
    expectClose(gradient, [0.1 * slope, -0.1 * slope], within: 1e-14)
  }

  @Test func farOutItIsOneOfItsTwoLosses() throws {
    let high = try lossAndGradient(DiscoPOP(beta: 1), flatPair(margin: 5))
    expectClose(high.loss, exp(-5), within: 1e-15)
    let low = try lossAndGradient(DiscoPOP(beta: 1), flatPair(margin: -5))
    expectClose(low.loss, logistic(-5), within: 1e-15)
    let hopeless = try lossAndGradient(DiscoPOP(beta: 1), flatPair(margin: -2000))
    #expect(hopeless.loss == 2000)
    #expect(hopeless.gradient == [-1, 1])
  }

  @Test func constantsCancelAndOptionsAreChecked() throws {
    #expect(try ObjectiveContracts.constantsOfALogRatioCancel(DiscoPOP()) == nil)
    #expect(
      try readObjective("method: discopop\nbeta: 0\ntau: 1").mistakes == [
        "recipe.yaml:2:7: beta is 0; it must be above 0",
        "recipe.yaml:3:6: tau is 1; it must be above 0 and below 1",
      ])
  }
}
