import TestSupport
import Testing
import Torch
import Training

@Suite struct HingeTests {
  @Test func theGoldenPair() throws {
    // Section 4.3: 1 − 0.15.
    let (loss, gradient) = try lossAndGradient(Hinge(beta: 0.1), goldenPair())
    expectClose(loss, 0.85)
    expectClose(gradient, [-0.1, 0.1], within: 1e-15)
  }

  @Test func aMarginThatSufficesIsLeftAlone() throws {
    for margin in [10.0, 10.5, 1000] {
      let (loss, gradient) = try lossAndGradient(Hinge(beta: 0.1), flatPair(margin: margin))
      #expect(loss == 0)
      #expect(gradient == [0, 0])
    }
    let wrong = try lossAndGradient(Hinge(beta: 0.1), flatPair(margin: -1000))
    expectClose(wrong.loss, 101, within: 1e-12)
  }

  @Test func constantsCancelAndOptionsAreChecked() throws {
    #expect(try ObjectiveContracts.constantsOfALogRatioCancel(Hinge()) == nil)
    #expect(
      try readObjective("method: hinge\nbeta: 0").mistakes
        == ["recipe.yaml:2:7: beta is 0; it must be above 0"])
  }
}
