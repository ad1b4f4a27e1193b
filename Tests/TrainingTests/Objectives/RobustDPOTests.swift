import TestSupport
import Testing
import Torch
import Training

@Suite struct RobustDPOTests {
  @Test func theGoldenPair() throws {
    // Section 4.3, ε = 0.1; slope −β ((1 − ε) σ(−u) + ε σ(u)) / (1 − 2ε).
    let (loss, gradient) = try lossAndGradient(RobustDPO(), goldenPair())
    expectClose(loss, 0.602207)
    let slope = 0.1 * (0.9 * sigmoid(-0.15) + 0.1 * sigmoid(0.15)) / 0.8
    expectClose(gradient, [-slope, slope], within: 1e-15)
  }

  @Test func flippedLabelsAverageToDPO() throws {
    // A label that is right with probability 1 − ε, as a soft label.
    let noisy = try lossAndGradient(RobustDPO(labelSmoothing: 0.2), goldenPair(preference: 0.8))
    let clean = try lossAndGradient(DPOPref(beta: 0.1), goldenPair())
    expectClose(noisy.loss, clean.loss, within: 1e-14)
    expectClose(noisy.gradient, clean.gradient, within: 1e-14)
  }

  @Test func withoutFlipsItIsDPO() throws {
    let (mine, theirs) = (
      try lossAndGradient(RobustDPO(labelSmoothing: 0), goldenPair()),
      try lossAndGradient(DPOPref(beta: 0.1), goldenPair())
    )
    #expect(mine.loss == theirs.loss)
    #expect(mine.gradient == theirs.gradient)
  }

  @Test func aPairFarOutKeepsItsSlope() throws {
    // −ε / (1 − 2ε)
    let (loss, gradient) = try lossAndGradient(
      RobustDPO(beta: 1, labelSmoothing: 0.1), flatPair(margin: 1000))
    expectClose(loss, -125, within: 1e-12)
    expectClose(gradient, [-0.125, 0.125], within: 1e-15)
  }

  @Test func constantsCancelAndOptionsAreChecked() throws {
    #expect(try ObjectiveContracts.constantsOfALogRatioCancel(RobustDPO()) == nil)
    #expect(
      try readObjective("method: robust-dpo\nbeta: 0\nlabel_smoothing: 0.5").mistakes == [
        "recipe.yaml:2:7: beta is 0; it must be above 0",
        "recipe.yaml:3:18: label_smoothing is 0.5; it must be at least 0 and below 0.5",
      ])
  }
}
