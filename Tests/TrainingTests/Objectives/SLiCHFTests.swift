import TestSupport
import Testing
import Torch
import Training

@Suite struct SLiCHFTests {
  private func pair(_ chosen: Double, _ rejected: Double) throws -> Candidates {
    try Candidates(
      policy: matrix([[chosen, rejected]], gradient: true), lengths: matrix([[6, 10]]))
  }

  @Test func theGoldenHinges() throws {
    // Section 8.3.
    let alone = SLiCHF(nllWeight: 0)
    expectClose(try lossAndGradient(alone, pair(-12, -15)).loss, 0)
    let (loss, gradient) = try lossAndGradient(alone, pair(-12, -11.7))
    expectClose(loss, 1.3)
    #expect(gradient == [-1, 1])
  }

  @Test func anInactiveHingeLeavesTheLikelihood() throws {
    let (loss, gradient) = try lossAndGradient(SLiCHF(), pair(-12, -15))
    expectClose(loss, 1.2, within: 1e-15)
    expectClose(gradient, [-0.1, 0], within: 1e-16)
    // At the kink too.
    expectClose(try lossAndGradient(SLiCHF(), pair(-12, -13)).gradient, [-0.1, 0], within: 1e-16)
  }

  @Test func meansAreComparedPerToken() throws {
    // −2 and −1.5: 1 + 2 − 1.5, and 0.1 × 2.
    let objective = SLiCHF(normalisation: .mean)
    let (loss, gradient) = try lossAndGradient(objective, pair(-12, -15))
    expectClose(loss, 1.7, within: 1e-15)
    expectClose(gradient, [-1.1 / 6, 0.1], within: 1e-15)
    try expectPromises(of: objective)
    #expect(try ObjectiveContracts.repeatedTokensChangeNothing(objective) == nil)
  }

  @Test func itHasNoReference() throws {
    #expect(try ObjectiveContracts.theReferenceIsNotRead(SLiCHF()) == nil)
    #expect(SLiCHF().refusal(offered: .pairs) == nil)
    #expect(
      try readObjective("method: slic-hf\ndelta: 0\nnll_weight: -1").mistakes == [
        "recipe.yaml:2:8: delta is 0; it must be above 0",
        "recipe.yaml:3:13: nll_weight is -1; it must be at least 0",
      ])
  }
}
