import TestSupport
import Testing
import Torch
import Training

private func named(_ metrics: CandidateMetrics) -> [String: Double] {
  Dictionary(uniqueKeysWithValues: metrics.values.map { ($0.name, $0.value) })
}

private let pairNames = [
  "rewards/chosen", "rewards/rejected", "rewards/margins", "rewards/accuracies", "logps/chosen",
  "logps/rejected",
]

@Suite struct CandidateMetricsTests {
  /// d of chosen and rejected: (1, −½), (0, 0), (−2, 2), and a fourth prompt with one candidate.
  private func pairs(preference: [Double]? = nil) throws -> Candidates {
    try Candidates(
      policy: matrix([[-12, -15], [-10, -20], [-8, -4], [-1, .nan]]),
      reference: matrix([[-13, -14.5], [-10, -20], [-6, -6], [-1, -1]]),
      lengths: matrix([[1, 1], [1, 1], [1, 1], [1, 1]]),
      preference: preference.map { try Tensor.of($0) },
      valid: Tensor.of([true, true, true, true, true, true, true, false], [4, 2]))
  }

  @Test func pairsAreMeasuredInImplicitRewardsAndTiesCountHalf() throws {
    let metrics = try CandidateMetrics(pairs(), of: DPOPref(beta: 0.1))
    #expect(metrics.count == 3)
    #expect(metrics.values.map(\.name) == pairNames)
    // β (1 + 0 − 2) / 3, β (−½ + 0 + 2) / 3, their difference, (1 + ½ + 0) / 3
    expectClose(
      metrics.values.map(\.value), [-0.1 / 3, 0.05, -0.25 / 3, 0.5, -10, -13], within: 1e-15)
  }

  @Test func aPreferenceForTheSecondMakesItTheChosenOne() throws {
    // The first is reversed, the second prefers none, the third is as labelled.
    let metrics = try CandidateMetrics(
      pairs(preference: [0.2, 0.5, 0.9, 1]), of: DPOPref(beta: 1))
    #expect(metrics.count == 2)
    // chosen (−½ − 2) / 2, rejected (1 + 2) / 2
    expectClose(
      metrics.values.map(\.value), [-1.25, 1.5, -2.75, 0, -11.5, -8], within: 1e-15)
  }

  @Test func exoCountsThePairsThatItGivesUp() throws {
    let near = named(try CandidateMetrics(pairs(), of: EXOPref(betaPi: 2)))
    // u = 3, 0 and exactly −8, which is not below −8.
    #expect(near["share_lost"] == 0)
    let far = named(try CandidateMetrics(pairs(), of: EXOPref(betaPi: 2.1)))
    expectClose(far["share_lost"] ?? -1, 1.0 / 3, within: 1e-15)
    #expect(named(try CandidateMetrics(pairs(), of: DPOPref()))["share_lost"] == nil)
  }

  @Test func groupsCompareTheHighestWithTheLowestReward() throws {
    let groups = try Candidates(
      policy: matrix([[-1, -2, -3], [-4, -5, -6], [-7, -8, -9]]),
      reference: matrix([[-2, -2, -2], [-2, -2, -2], [-2, -2, -2]]),
      lengths: Tensor.ones([3, 3], type: .float64),
      rewards: matrix([[0, 1, 2], [5, 1, 9], [4, 4, 4]]),
      valid: Tensor.of([true, true, true, true, true, false, true, true, true], [3, 3]))
    let metrics = try CandidateMetrics(groups, of: EXORw(betaPi: 0.5, betaR: 1))
    // First: chosen −3, rejected −1. Second, without its third: −4 and −5. Third: all equal.
    #expect(metrics.count == 2)
    expectClose(
      metrics.values.map(\.value), [-0.75, -0.5, -0.25, 0.5, -3.5, -3], within: 1e-15)
  }

  @Test func withoutAReferenceOnlyLogProbabilitiesAreGiven() throws {
    let groups = try Candidates(
      policy: matrix([[-1, -2]]), lengths: matrix([[1, 1]]), rewards: matrix([[0, 1]]))
    let metrics = try CandidateMetrics(groups, of: BestOfM())
    #expect(named(metrics) == ["logps/chosen": -2, "logps/rejected": -1])
  }

  @Test func partsAddUpToTheWhole() throws {
    let objective = EXOPref(betaPi: 2.1)
    var sum = CandidateMetrics()
    #expect(sum.values.isEmpty)
    let whole = try pairs()
    let reference = try #require(whole.reference)
    for part in [0..<1, 1..<4] {
      sum.add(
        try CandidateMetrics(
          Candidates(
            policy: whole.policy.slice(0, part), reference: reference.slice(0, part),
            lengths: whole.lengths.slice(0, part), valid: whole.valid.slice(0, part)),
          of: objective))
    }
    let all = try CandidateMetrics(whole, of: objective)
    #expect(sum.count == all.count)
    #expect(sum.values.map(\.name) == pairNames + ["share_lost"])
    expectClose(sum.values.map(\.value), all.values.map(\.value), within: 1e-15)
  }
}
