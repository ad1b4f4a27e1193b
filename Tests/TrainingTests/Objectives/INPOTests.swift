import TestSupport
import Testing
import Torch
import Training

@Suite struct INPOTests {
  @Test func theGoldenPair() throws {
    // Section 9.8: h = 3 − ½ − 2/3 · 2.3 … = 0.966667, target 100.
    let (loss, gradient) = try lossAndGradient(INPO(), goldenPair())
    expectClose(loss, 9807.6011, within: 5e-5)
    expectClose(gradient, [-198.066667, 198.066667])
  }

  @Test func inTheFirstRoundItIsIPO() throws {
    let pair = try Candidates(
      policy: matrix([[-12, -15]], gradient: true), reference: matrix([[-13, -14.5]]),
      previous: matrix([[-13, -14.5]]), lengths: matrix([[6, 10]]))
    // IPO at the strength η.
    for tau in [0, 0.05, 0.1] {
      let found = try lossAndGradient(INPO(eta: 0.1, tau: tau), pair)
      expectClose(found.loss, 12.25, within: 1e-12)
      try pair.policy.clearGradient()
    }
  }

  /// The closed form: e^{P/η} π_ref^{τ/η} π_t^{1−τ/η}, normalised.
  @Test(arguments: [
    (TestbedA.reference, [0.428023, 0.276302, 0.203574, 0.092101]),
    ([0.1, 0.2, 0.3, 0.4], [0.122599, 0.245669, 0.278205, 0.353526]),
  ])
  func itsMinimumIsTheMirrorStep(previous: [Double], expected: [Double]) throws {
    // Section 9.8, η = 1, τ = 0.1.
    let weights = try TestbedB.weights(previous)
    let policy = try minimised(rate: 0.4) { logits in
      try (INPO(eta: 1, tau: 0.1).loss(TestbedB.pairs(logits, from: previous)) * weights).sum()
    }
    expectClose(policy, expected)
  }

  @Test(arguments: [[0.0, 0, 0, 0], [1, -0.5, 0.25, 2], [-1, 3, 0, 0.5]])
  func labelsInsteadOfWinRatesAddAConstant(logits: [Double]) throws {
    // Section 9.8: L8 − L7 = 0.2398 whatever the policy; L7 regresses on the win rates themselves.
    let previous = [0.1, 0.2, 0.3, 0.4]
    let pairs = try TestbedB.pairs(Tensor.of(logits), from: previous)
    let weights = try TestbedB.weights(previous)
    let labelled = try (INPO(eta: 1, tau: 0.1).loss(pairs) * weights).sum().item()
    let ratios = try 0.1 * pairs.logRatios() + 0.9 * pairs.logRatios(to: .previous)
    let distance = try ratios - pairs.givenWinRates()
    let margins = try distance.slice(1, 0..<1) - distance.slice(1, 1..<2)
    let noiseless = try (margins.squeezed(1).squared() * weights).sum().item()
    expectClose(labelled - noiseless, 0.2398, within: 5e-5)
  }

  @Test func aStrengthAboveTheStepIsRefused() throws {
    #expect(
      try readObjective("method: inpo\neta: 0.01\ntau: 0.02").mistakes == [
        "recipe.yaml:3:6: tau: inpo needs tau of at most eta, and 0.02 is above 0.01; lower tau or "
          + "raise eta"
      ])
    let (read, mistakes) = try readObjective("method: inpo\neta: 0.03")
    #expect(mistakes == [])
    #expect((read as? INPO)?.tau == 0.01)
    #expect(try readObjective("method: inpo\neta: 0.03\ntau: 0.03").mistakes == [])
  }

  @Test func itKeepsEveryPromiseWithoutTheReference() throws {
    try expectPromises(of: INPO(eta: 0.5, tau: 0))
    #expect(try ObjectiveContracts.theReferenceIsNotRead(INPO()) != nil)
    #expect(try ObjectiveContracts.constantsOfALogRatioCancel(INPO(eta: 0.5)) == nil)
  }
}
