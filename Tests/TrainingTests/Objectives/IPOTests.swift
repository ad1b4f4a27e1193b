import Foundation
import TestSupport
import Testing
import Torch
import Training

@Suite struct IPOTests {
  @Test func theGoldenPairSummedAndPerToken() throws {
    // Section 4.3. Slopes: 2 (1.5 − 5), and 2 (1/6 + 0.05 − 5) shared out by the lengths 6 and 10.
    let sum = try lossAndGradient(IPO(tau: 0.1), goldenPair())
    expectClose(sum.loss, 12.25)
    expectClose(sum.gradient, [-7, 7], within: 1e-14)
    let mean = try lossAndGradient(IPO(tau: 0.1, normalisation: .mean), goldenPair())
    expectClose(mean.loss, 22.880278)
    let slope = 2 * (1.0 / 6 + 0.05 - 5)
    expectClose(mean.gradient, [slope / 6, -slope / 10], within: 1e-14)
  }

  @Test func theGradientIsLinearInTheMarginAndZeroAtItsTarget() throws {
    let objective = IPO(tau: 0.25)
    for (margin, slope) in [(2.0, 0.0), (3, 2), (4, 4), (-1000, -2004)] {
      let found = try lossAndGradient(objective, flatPair(margin: margin))
      expectClose(found.gradient, [slope, -slope], within: 1e-12)
    }
  }

  @Test func overPairsOfTheReferenceItsMinimumIsTiltedByTheWinRate() throws {
    // Section 9.2: testbed B, μ = π_ref, τ = ½.
    let weights = try TestbedB.weights(TestbedA.reference)
    let policy = try minimised(rate: 0.4) { logits in
      let pairs = try TestbedB.pairs(logits, from: TestbedA.reference)
      return try (IPO(tau: 0.5).loss(pairs) * weights).sum()
    }
    expectClose(policy, [0.455947, 0.253330, 0.206279, 0.084443])
  }

  @Test func onItsOwnPairsItRestsAtTheNashPolicy() throws {
    // Sections 9.3 and 14.2: testbed B, τ = 0.1; the policy is printed with six decimals.
    func gradient(_ policy: [Double]) throws -> [Double] {
      let logits = try Tensor.of(policy.map { log($0) })
      try logits.requireGradient()
      let pairs = try TestbedB.pairs(logits, from: policy)
      try (IPO(tau: 0.1).loss(pairs) * TestbedB.weights(policy)).sum().backward()
      return try numbers(logits.gradient)
    }
    expectClose(
      try gradient([0.386567, 0.211815, 0.335600, 0.066019]), [0, 0, 0, 0], within: 2e-5)
    #expect(try gradient(TestbedA.reference).contains { abs($0) > 0.1 })
  }

  @Test func itKeepsEveryPromiseWithItsOtherNormalisation() throws {
    try expectPromises(of: IPO(normalisation: .mean))
    #expect(try ObjectiveContracts.constantsOfALogRatioCancel(IPO()) == nil)
    #expect(try ObjectiveContracts.repeatedTokensChangeNothing(IPO(normalisation: .mean)) == nil)
    #expect(try ObjectiveContracts.repeatedTokensChangeNothing(IPO()) != nil)
  }

  @Test func optionsAreReadAndRefused() throws {
    let (read, mistakes) = try readObjective("method: ipo\ntau: 0.5\nnormalisation: mean")
    #expect(mistakes == [])
    #expect(read.options.map(\.value) == ["0.5", "mean"])
    #expect(
      try readObjective("method: ipo\ntau: 0\nnormalisation: mode").mistakes == [
        "recipe.yaml:2:6: tau is 0; it must be above 0",
        "recipe.yaml:3:16: normalisation is \"mode\"; it must be one of sum, mean",
      ])
  }
}
