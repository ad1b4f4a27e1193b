import Foundation
import TestSupport
import Testing
import Torch
import Training

@Suite struct ORPOTests {
  /// Log-odds of a mean log-probability, and their slope.
  private func odds(_ mean: Double) -> (value: Double, slope: Double) {
    (mean - log(-expm1(mean)), -1 / expm1(mean))
  }

  @Test func theGoldenPair() throws {
    // Section 13.1: means −2 and −1.5, log-odds −0.607069 apart, odds-ratio term 1.042058.
    let (chosen, rejected) = (odds(-2), odds(-1.5))
    expectClose(chosen.value - rejected.value, -0.607069)
    let (loss, gradient) = try lossAndGradient(ORPO(lambda: 0.1), goldenPair())
    expectClose(loss, 2 + 0.1 * 1.042058, within: 1e-7)
    let slope = 0.1 * sigmoid(0.607069)
    expectClose(
      gradient, [(-1 - slope * chosen.slope) / 6, slope * rejected.slope / 10], within: 1e-7)
  }

  @Test func equalMeansGiveLogTwo() throws {
    let pair = try Candidates(
      policy: matrix([[-12, -20]], gradient: true), lengths: matrix([[6, 10]]))
    expectClose(try lossAndGradient(ORPO(lambda: 1), pair).loss, 2 + 0.693147)
  }

  @Test func theLikelihoodMayTakeThePromptIn() throws {
    let sums = try Tensor.of([-7.0])
    try sums.requireGradient()
    let pair = try Candidates(
      policy: matrix([[-12, -15]], gradient: true), lengths: matrix([[6, 10]]),
      prompts: (sums, Tensor.of([3.0])))
    let (loss, gradient) = try lossAndGradient(ORPO(lambda: 0.1, nll: .all), pair)
    // Means −2 and −1.5 in the odds, as in the golden pair; 19 nats over 9 tokens in the likelihood.
    expectClose(loss, 19.0 / 9 + 0.1 * 1.042058, within: 1e-7)
    let slope = 0.1 * sigmoid(0.607069)
    expectClose(
      gradient, [-1.0 / 9 - slope * odds(-2).slope / 6, slope * odds(-1.5).slope / 10],
      within: 1e-7)
    expectClose(try numbers(sums.gradient), [-1.0 / 9])
    #expect(message { _ = try ORPO(nll: .all).loss(goldenPair()) }.contains("prompts"))
    #expect(try readObjective("method: orpo\nnll: all").mistakes == [])
    #expect(try ObjectiveContracts.gradientIsTheSlope(ORPO(nll: .all)) == nil)
    #expect(try ObjectiveContracts.orderOfPromptsIsNothing(ORPO(nll: .all)) == nil)
    #expect(try ObjectiveContracts.partsOfAStepAddUp(ORPO(nll: .all)) == nil)
    #expect(try ObjectiveContracts.whatIsNeededIsMissed(ORPO(nll: .all)) == nil)
  }

  @Test func certainCompletionsStayFinite() throws {
    for type in [ElementType.float32, .float64] {
      let policy = try matrix([[0, -1e-9], [-1e-9, -500], [-2000, 0]]).converted(to: type)
      try policy.requireGradient()
      let pairs = try Candidates(policy: policy, lengths: Tensor.ones([3, 2], type: type))
      let loss = try ORPO().loss(pairs)
      try loss.sum().backward()
      #expect(try numbers(loss).allSatisfy { $0.isFinite })
      #expect(try numbers(policy.gradient).allSatisfy { $0.isFinite })
    }
  }

  @Test func itReadsNoReferenceAndCountsTokens() throws {
    #expect(try ObjectiveContracts.theReferenceIsNotRead(ORPO()) == nil)
    #expect(try ObjectiveContracts.repeatedTokensChangeNothing(ORPO()) == nil)
    #expect(
      try readObjective("method: orpo\nlambda: 0").mistakes
        == ["recipe.yaml:2:9: lambda is 0; it must be above 0"])
  }
}
