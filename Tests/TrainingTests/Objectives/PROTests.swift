import Foundation
import TestSupport
import Testing
import Torch
import Training

@Suite struct PROTests {
  private func group(
    _ scores: [Double], _ rewards: [Double], lengths: [Double]? = nil
  ) throws -> Candidates {
    let lengths = lengths ?? scores.map { _ in 1 }
    return try Candidates(
      policy: matrix([zip(scores, lengths).map { $0 * $1 }], gradient: true),
      lengths: matrix([lengths]), rewards: matrix([rewards]))
  }

  @Test func theGoldenGroup() throws {
    // Section 8.2: 1.256098 + 0.770957.
    let (loss, gradient) = try lossAndGradient(
      PRO(sftWeight: 0), group([-1, -1.2, -0.9], [2, 1, 0.5]))
    expectClose(loss, 2.027055)
    // Heads −1.5 and −0.6, contrasts −1.2, −1.35 and −0.45.
    let first = [-1.5, -1.2, -1.35].map { exp($0) }
    let sum = first.reduce(0, +)
    let second = sigmoid(-0.45 + 0.6)
    expectClose(
      gradient,
      [
        1.5 * (first[0] / sum - 1), first[1] / sum - 0.5 * second,
        1.5 * first[2] / sum + 0.5 * second,
      ], within: 1e-15)
  }

  @Test func theLikelihoodOfTheBestGrowsWithTheList() throws {
    let scores = [-1, -1.2, -0.9]
    let plain = try lossAndGradient(
      PRO(sftWeight: 0), group(scores, [2, 1, 0.5], lengths: [4, 5, 6]))
    let whole = try lossAndGradient(PRO(), group(scores, [2, 1, 0.5], lengths: [4, 5, 6]))
    // 0.05 × 2² × 4 nats.
    expectClose(whole.loss, plain.loss + 0.8, within: 1e-14)
    expectClose(whole.gradient[0], plain.gradient[0] - 0.2, within: 1e-14)
  }

  @Test func twoCandidatesOneApartAreALogisticLoss() throws {
    let (loss, _) = try lossAndGradient(PRO(sftWeight: 0), group([-0.7, -1.5], [1, 0]))
    expectClose(loss, logistic(0.8), within: 1e-15)
  }

  @Test func unitWeightsAreTheFirstPositionOfARanking() throws {
    let (loss, _) = try lossAndGradient(PRO(sftWeight: 0), group([0.3, -0.1, 0.5], [1, 0, 0]))
    let sum = [0.3, -0.1, 0.5].reduce(0) { $0 + exp($1) }
    expectClose(loss, log(sum) - 0.3, within: 1e-15)
  }

  @Test func equalRewardsAreNotContrasted() throws {
    let tied = try lossAndGradient(PRO(sftWeight: 0), group([-1, -2, -3], [4, 4, 4]))
    expectClose(tied.loss, 0, within: 1e-15)
    expectClose(tied.gradient, [0, 0, 0], within: 1e-15)
    #expect(try ObjectiveContracts.constantsOfARewardCancel(PRO()) == nil)
    #expect(try ObjectiveContracts.theReferenceIsNotRead(PRO()) == nil)
    #expect(
      try readObjective("method: pro\nsft_weight: -1").mistakes
        == ["recipe.yaml:2:13: sft_weight is -1; it must be at least 0"])
  }
}
