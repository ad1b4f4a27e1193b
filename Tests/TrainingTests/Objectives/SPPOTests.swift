import Foundation
import TestSupport
import Testing
import Torch
import Training

@Suite struct SPPOTests {
  @Test func theLossIsTheMeanSquareDistanceFromTheWinRate() throws {
    // d = (1, −½), targets 10 (1 − ½) and 10 (0 − ½): half of 36.25, the sum of section 4.3.
    let pair = try Candidates(
      policy: matrix([[-12, -15]], gradient: true), previous: matrix([[-13, -14.5]]),
      lengths: matrix([[6, 10]]), winRates: matrix([[1, 0]]))
    let (loss, gradient) = try lossAndGradient(SPPO(eta: 10), pair)
    expectClose(loss, 18.125, within: 1e-13)
    expectClose(gradient, [-4, 4.5], within: 1e-14)
  }

  @Test func estimatedWinRatesMoveTheTarget() throws {
    // 1000 (0.7 − ½) = 200 and 1000 (0.3 − ½) = −200 nats.
    let pair = try Candidates(
      policy: matrix([[-12, -15]], gradient: true), previous: matrix([[-13, -14.5]]),
      lengths: matrix([[6, 10]]), winRates: matrix([[0.7, 0.3]]))
    let (loss, gradient) = try lossAndGradient(SPPO(), pair)
    expectClose(loss, (199 * 199 + 199.5 * 199.5) / 2, within: 1e-9)
    expectClose(gradient, [-199, 199.5], within: 1e-11)
  }

  @Test(arguments: [
    (1.0, [0.427959, 0.276355, 0.203568, 0.092118]),
    (8.0, [0.592120, 0.149502, 0.208544, 0.049834]),
  ])
  func itsMinimumOnTestbedB(eta: Double, expected: [Double]) throws {
    // Section 9.6, from π_ref: one candidate for each response, weighted by the reference.
    let previous = TestbedA.reference
    let rates = TestbedB.winRates(against: previous).map { [$0] }
    let weights = try Tensor.of(previous)
    let policy = try minimised(rate: 0.5, steps: 4000) { logits in
      let candidates = try Candidates(
        policy: logits.logSoftmax(0).unsqueezed(1), previous: matrix(previous.map { [log($0)] }),
        lengths: Tensor.ones([4, 1], type: .float64), winRates: matrix(rates))
      return try (SPPO(eta: eta).loss(candidates) * weights).sum()
    }
    expectClose(policy, expected)
  }

  @Test func candidatesWithoutWinRatesAreRefused() throws {
    #expect(
      message { _ = try SPPO().loss(goldenPair()) }
        == "candidates: no win rates; let a judge compare the candidates first")
    let bare = try Candidates(
      policy: matrix([[-1]]), lengths: matrix([[1]]), winRates: matrix([[0.5]]))
    #expect(
      message { _ = try SPPO().loss(bare) }
        == "candidates: no log-probabilities of the previous round; score the candidates with its "
        + "policy first")
    #expect(
      SPPO().refusal(offered: [.rewards, .reference])
        == "sppo needs win rates of the candidates and the previous round's policy, and there is "
        + "none")
    #expect(
      try readObjective("method: sppo\neta: 0").mistakes
        == ["recipe.yaml:2:6: eta is 0; it must be above 0"])
  }
}
