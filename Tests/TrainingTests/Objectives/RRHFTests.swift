import TestSupport
import Testing
import Torch
import Training

@Suite struct RRHFTests {
  /// Mean log-probabilities −1, −1.2, −.9 of completions of 2, 5 and 10 tokens.
  private func group(rewards: [Double] = [2, 1, 0.5]) throws -> Candidates {
    try Candidates(
      policy: matrix([[-2, -6, -9]], gradient: true), lengths: matrix([[2, 5, 10]]),
      rewards: matrix([rewards]))
  }

  @Test func theGoldenGroup() throws {
    // Section 8.1: 0.1 + 0.3, and for the best the sum over its two tokens.
    let ranking = try lossAndGradient(RRHF(nllWeight: 0), group())
    expectClose(ranking.loss, 0.4)
    expectClose(ranking.gradient, [-0.5, -0.2, 0.2], within: 1e-15)
    let whole = try lossAndGradient(RRHF(), group())
    expectClose(whole.loss, 2.4)
    expectClose(whole.gradient, [-1.5, -0.2, 0.2], within: 1e-15)
    let mean = try lossAndGradient(RRHF(nll: .mean), group())
    expectClose(mean.loss, 1.4)
    expectClose(mean.gradient, [-1, -0.2, 0.2], within: 1e-15)
    try expectPromises(of: RRHF(nll: .mean))
  }

  @Test func theLikelihoodIsTheSumOfThePaperAndBesidePaddedScoresTheCodes() throws {
    func nll(_ options: String) throws -> String? {
      try readObjective("method: rrhf\n\(options)").objective.options.last?.value
    }
    #expect(try nll("") == "sum")
    #expect(try nll("normalisation: padded") == "padded")
    #expect(try nll("normalisation: padded\nnll: sum") == "sum")
    #expect(try nll("nll: mean") == "mean")
  }

  @Test func thePaddedLengthComparesSums() throws {
    // −0.2, −0.6 and −0.9 are in order already.
    let padded = RRHF(normalisation: .padded)
    let (loss, gradient) = try lossAndGradient(padded, group())
    expectClose(loss, 0.2, within: 1e-15)
    expectClose(gradient, [-0.1, 0, 0], within: 1e-15)
    let turned = try lossAndGradient(padded, group(rewards: [0.5, 1, 2]))
    expectClose(turned.loss, 0.4 + 0.7 + 0.3 + 0.9, within: 1e-15)
    try expectPromises(of: padded)
  }

  @Test func orderedScoresHaveNoRankingGradientAndTiesNoPair() throws {
    let ordered = try lossAndGradient(RRHF(nllWeight: 0), group(rewards: [2, 1, 3]))
    #expect(ordered.loss == 0)
    #expect(ordered.gradient == [0, 0, 0])
    let tied = try lossAndGradient(RRHF(nllWeight: 0), group(rewards: [1, 1, 1]))
    #expect(tied.loss == 0)
  }

  @Test func onlyTheOrderOfRewardsCounts() throws {
    #expect(try ObjectiveContracts.onlyTheOrderOfRewardsCounts(RRHF()) == nil)
    #expect(try ObjectiveContracts.theReferenceIsNotRead(RRHF()) == nil)
    #expect(try ObjectiveContracts.repeatedTokensChangeNothing(RRHF(nllWeight: 0)) == nil)
    #expect(try ObjectiveContracts.repeatedTokensChangeNothing(RRHF(nll: .mean)) == nil)
    #expect(
      try readObjective("method: rrhf\nnormalisation: sum\nnll_weight: -1").mistakes == [
        "recipe.yaml:2:16: normalisation is \"sum\"; it must be one of mean, padded",
        "recipe.yaml:3:13: nll_weight is -1; it must be at least 0",
      ])
  }
}
