import TestSupport
import Testing
import Torch
import Training

@Suite struct KTOTests {
  /// A desirable completion with d = 1 and an undesirable one with d = −½, as in section 13.4.
  private func rows(mismatched: [Double] = [0]) throws -> Candidates {
    try Candidates(
      policy: matrix([[-12], [-15]], gradient: true), reference: matrix([[-13], [-14.5]]),
      lengths: matrix([[6], [10]]), isDesirable: Tensor.of([true, false], [2, 1]),
      mismatched: Tensor.of(mismatched))
  }

  @Test(arguments: [
    ([0.0], 0.475021, 0.487503), ([0.3], 0.482507, 0.480011),
    // z₀ is a mean, and never below 0.
    ([0.9, -0.3], 0.482507, 0.480011), ([-2, 1], 0.475021, 0.487503),
  ])
  func theGoldenRows(mismatched: [Double], desirable: Double, undesirable: Double) throws {
    let losses = try KTO().loss(rows(mismatched: mismatched))
    expectClose(try numbers(losses), [desirable, undesirable])
  }

  @Test func theGradientHoldsTheDivergenceConstant() throws {
    let (_, gradient) = try lossAndGradient(
      KTO(desirableWeight: 2, undesirableWeight: 3), rows(mismatched: [0.3]))
    func slope(_ x: Double) -> Double { 0.1 * sigmoid(x) * sigmoid(-x) }
    expectClose(gradient, [-2 * slope(0.07), 3 * slope(0.08)], within: 1e-15)
  }

  @Test func aNewPolicyLosesOneHalf() throws {
    let equal = try Candidates(
      policy: matrix([[-3], [-4]], gradient: true), reference: matrix([[-3], [-4]]),
      lengths: matrix([[1], [1]]), isDesirable: Tensor.of([true, false], [2, 1]),
      mismatched: Tensor.of([0.0, 0]))
    #expect(try numbers(KTO().loss(equal)) == [0.5, 0.5])
  }

  @Test func completionsRankedFarWrongAreGivenUp() throws {
    let wrong = try Candidates(
      policy: matrix([[-1000], [1000]], gradient: true), reference: matrix([[0], [0]]),
      lengths: matrix([[1], [1]]), isDesirable: Tensor.of([true, false], [2, 1]),
      mismatched: Tensor.of([0.0]))
    let (loss, gradient) = try lossAndGradient(KTO(beta: 1), wrong)
    #expect(loss == 2)
    #expect(gradient.allSatisfy { abs($0) < 1e-300 })
  }

  @Test func bothKindsAreWatched() throws {
    let monitors = try KTO().monitors(rows(mismatched: [0.3]))
    #expect(
      monitors.map(\.name)
        == ["rewards/chosen", "rewards/rejected", "logps/chosen", "logps/rejected", "kl"])
    let counted = try monitors.prefix(2).map { try $0.counted.values(as: Bool.self) }
    #expect(counted == [[true, false], [false, true]])
    expectClose(try numbers(monitors[0].values), [0.1, -0.05], within: 1e-15)
    expectClose(try numbers(monitors[4].values), [0.3, 0.3], within: 1e-15)
  }

  @Test func whatIsMissingIsNamed() throws {
    let bare = try Candidates(
      policy: matrix([[-1]]), reference: matrix([[-1]]), lengths: matrix([[1]]))
    #expect(
      message { _ = try KTO().loss(bare) }
        == "candidates: no labels; say of each completion whether it is desirable")
    let lone = try Candidates(
      policy: matrix([[-1]]), reference: matrix([[-1]]), lengths: matrix([[1]]),
      isDesirable: Tensor.of([true], [1, 1]))
    #expect(
      message { _ = try KTO().loss(lone) }
        == "candidates: no mismatched completions; score for each row a completion of another "
        + "prompt")
    let pair = try Candidates(
      policy: matrix([[-1, -2]]), reference: matrix([[-1, -2]]), lengths: matrix([[1, 1]]),
      isDesirable: Tensor.of([true, false], [1, 2]), mismatched: Tensor.of([0.0]))
    #expect(
      message { _ = try KTO().loss(pair) }
        == "labelled completions: expected [prompt, candidate 1], found [1, 2]")
    #expect(
      try readObjective("method: kto\ndesirable_weight: 0\nundesirable_weight: 0").mistakes == [
        "recipe.yaml:2:19: desirable_weight is 0; it must be above 0",
        "recipe.yaml:3:21: undesirable_weight is 0; it must be above 0",
      ])
  }
}
