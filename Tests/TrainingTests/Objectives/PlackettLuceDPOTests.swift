import Foundation
import TestSupport
import Testing
import Torch
import Training

@Suite struct PlackettLuceDPOTests {
  private func group(
    _ scores: [Double], _ rewards: [Double], valid: [Bool]? = nil
  ) throws -> Candidates {
    try Candidates(
      policy: matrix([scores], gradient: true), reference: matrix([scores.map { _ in 0 }]),
      lengths: matrix([scores.map { _ in 1 }]), rewards: matrix([rewards]),
      valid: valid.map { try Tensor.of($0, [1, $0.count]) })
  }

  @Test func theGoldenRanking() throws {
    // Section 6, best first: s = (.3, −.1, .5).
    let (loss, gradient) = try lossAndGradient(
      PlackettLuceDPO(beta: 1), group([0.3, -0.1, 0.5], [3, 2, 1]))
    expectClose(loss, 2.099340)
    let all = [0.3, -0.1, 0.5].map { exp($0) }
    let (three, two) = (all.reduce(0, +), all[1] + all[2])
    expectClose(
      gradient,
      [all[0] / three - 1, all[1] / three + all[1] / two - 1, all[2] / three + all[2] / two],
      within: 1e-15)
    // The order of places is nothing.
    let moved = try lossAndGradient(
      PlackettLuceDPO(beta: 1), group([0.5, 0.3, -0.1], [1, 3, 2]))
    expectClose(moved.loss, loss, within: 1e-15)
  }

  @Test func evenScoresGiveTheLogarithmOfTheOrders() throws {
    expectClose(
      try lossAndGradient(PlackettLuceDPO(), group([0, 0, 0], [1, 2, 3])).loss, 1.791759)
    let five = try group(
      [1, 1, 1, 1, .nan], [4, 1, 3, 2, .nan], valid: [true, true, true, true, false])
    expectClose(try lossAndGradient(PlackettLuceDPO(), five).loss, log(24.0), within: 1e-14)
  }

  @Test func twoCandidatesAreDPO() throws {
    let (pair, dpo) = (
      try lossAndGradient(PlackettLuceDPO(beta: 0.5), group([-2, 1], [1, 0])),
      try lossAndGradient(DPOPref(beta: 0.5), flatPair(margin: -3))
    )
    expectClose(pair.loss, dpo.loss, within: 1e-15)
    expectClose(pair.gradient, dpo.gradient, within: 1e-15)
  }

  @Test func theFirstPositionAloneIsCrossEntropyToTheBest() throws {
    let first = try lossAndGradient(
      PlackettLuceDPO(beta: 1, top: 1), group([0.2, -0.4, 0.1, 0.3], [0, 1, 2, 1.5]))
    let certain = try lossAndGradient(
      DPORw(betaPi: 1, betaR: 1), group([0.2, -0.4, 0.1, 0.3], [-1000, -1000, 0, -1000]))
    expectClose(first.loss, certain.loss, within: 1e-15)
    expectClose(first.gradient, certain.gradient, within: 1e-15)
  }

  @Test func perPositionDividesByTheirNumber() throws {
    let ranked = try group([0.3, -0.1, 0.5], [3, 2, 1])
    expectClose(
      try lossAndGradient(PlackettLuceDPO(beta: 1, isPerPosition: true), ranked).loss, 2.099340 / 2)
  }

  @Test func tiesAreRefusedOrAveragedOverTheirOrders() throws {
    let tied = try group([0.3, -0.1, 0.5, 0], [3, 1, 3, 1])
    let advice =
      "pl-dpo needs a ranking, and rewards are equal; remove the ties or set ties: average"
    #expect(
      message { _ = try PlackettLuceDPO().loss(tied) } == "pl-dpo loss: prompt 0: \(advice)")
    #expect(PlackettLuceDPO().objection(to: [1, 2, 1]) == advice)
    #expect(PlackettLuceDPO().objection(to: [1, 2, 0]) == nil)
    let averaged = try lossAndGradient(PlackettLuceDPO(beta: 1, ties: .average), tied)
    var expected = 0.0
    for rewards in [[4.0, 2, 3, 1], [3, 2, 4, 1], [4, 1, 3, 2], [3, 1, 4, 2]] {
      expected +=
        try lossAndGradient(
          PlackettLuceDPO(beta: 1), group([0.3, -0.1, 0.5, 0], rewards)
        ).loss / 4
    }
    expectClose(averaged.loss, expected, within: 1e-14)
    #expect(
      PlackettLuceDPO(ties: .average).objection(to: [2, 2, 2, 2, 2, 2])
        == "pl-dpo averages over at most 120 orders of tied rewards, and there are 720; remove some "
        + "of the ties")
    #expect(PlackettLuceDPO(ties: .average).objection(to: [2, 2, 2, 2, 2, 1]) == nil)
  }

  @Test func overRankingsOfTheRewardItsMinimumIsTheOptimalPolicy() throws {
    // Plackett–Luce rankings of all triples of testbed A, drawn evenly; β = ½.
    var (rows, weights): ([[Int]], [Double]) = ([], [])
    for tuple in TestbedA.tuples(3) where Set(tuple).count == 3 {
      let powers = tuple.map { exp(TestbedA.rewards[$0]) }
      rows.append(tuple)
      weights.append(
        powers[0] / powers.reduce(0, +) * powers[1] / (powers[1] + powers[2]) / 4)
    }
    let index = try Tensor.of(rows.flatMap { $0 })
    let share = try Tensor.of(weights)
    let policy = try minimised(rate: 6, steps: 1500) { logits in
      func placed(_ perResponse: Tensor) throws -> Tensor {
        try perResponse.select(0, index).reshaped([rows.count, 3])
      }
      let candidates = try Candidates(
        policy: placed(logits.logSoftmax(0)),
        reference: placed(Tensor.of(TestbedA.reference.map { log($0) })),
        lengths: Tensor.ones([rows.count, 3], type: .float64),
        rewards: matrix(rows.map { _ in [3, 2, 1] }))
      return try (PlackettLuceDPO(beta: 0.5).loss(candidates) * share).sum()
    }
    expectClose(policy, TestbedA.optimum(0.5))
  }

  @Test func onlyTheOrderCounts() throws {
    #expect(try ObjectiveContracts.onlyTheOrderOfRewardsCounts(PlackettLuceDPO()) == nil)
    #expect(try ObjectiveContracts.constantsOfALogRatioCancel(PlackettLuceDPO()) == nil)
    try expectPromises(of: PlackettLuceDPO(ties: .average, isPerPosition: true, top: 2))
    let (read, mistakes) = try readObjective("method: pl-dpo\nties: average\ntop: 2")
    #expect(mistakes == [])
    #expect(read.options.map(\.value) == ["0.1", "average", "false", "2"])
    #expect(
      try readObjective("method: pl-dpo\nties: index\ntop: 0").mistakes == [
        "recipe.yaml:2:7: ties is \"index\"; it must be one of refuse, average",
        "recipe.yaml:3:6: top is 0; it must be from 1 to 4096",
      ])
  }
}
