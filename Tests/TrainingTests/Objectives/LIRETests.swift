import Foundation
import TestSupport
import Testing
import Torch
import Training

/// The group of section 5.2; `policy` holds the scores times the temperature.
private func group(
  times temperature: Double, rewards: [Double] = TestbedA.rewards
) throws -> Candidates {
  try Candidates(
    policy: matrix([[0.2, -0.4, 0.1, 0.3].map { $0 * temperature }], gradient: true),
    reference: matrix([[0.1, 0, -0.2, 0]]), lengths: matrix([[1, 2, 4, 5]]),
    rewards: matrix([rewards]))
}

@Suite struct LIRETests {
  @Test func theGoldenGroup() throws {
    // Section 7: scores already divided by T, so the slope in the policy is T times smaller.
    let (loss, gradient) = try lossAndGradient(LIRE(), group(times: 2))
    expectClose(loss, -1.128532)
    expectClose(gradient, [0.317109, 0.019821, -0.221573, -0.115357].map { $0 / 2 })
    let softmax = LIRE(listTemperature: 1, rewardTransform: .softmax)
    expectClose(try lossAndGradient(softmax, group(times: 1)).loss, -0.254707)
  }

  @Test func standardisedRewardsHaveMeanZeroAndVarianceOne() throws {
    // Rewards 0, 1, 2, 1.5: mean 1.125, variance 0.546875.
    let z = TestbedA.rewards.map { ($0 - 1.125) / (0.546875 + 1e-8).squareRoot() }
    let shares = [0.280992, 0.154212, 0.254252, 0.310544]
    let expected = -zip(z, shares).reduce(0) { $0 + $1.0 * $1.1 }
    let objective = LIRE(listTemperature: 1, rewardTransform: .zscore)
    expectClose(try lossAndGradient(objective, group(times: 1)).loss, expected, within: 2e-6)
    let equal = try lossAndGradient(objective, group(times: 1, rewards: [3, 3, 3, 3]))
    #expect(equal.loss == 0)
  }

  @Test func equalRewardsTeachNothingAndScaleScales() throws {
    let equal = try lossAndGradient(LIRE(), group(times: 2, rewards: [3, 3, 3, 3]))
    expectClose(equal.gradient, [0, 0, 0, 0], within: 1e-15)
    let plain = try lossAndGradient(LIRE(), group(times: 2))
    let scaled = try lossAndGradient(
      LIRE(), group(times: 2, rewards: TestbedA.rewards.map { 5 * $0 }))
    expectClose(scaled.gradient, plain.gradient.map { 5 * $0 }, within: 1e-15)
    // A constant moves the loss alone.
    let moved = try lossAndGradient(
      LIRE(), group(times: 2, rewards: TestbedA.rewards.map { $0 + 7 }))
    expectClose(moved.loss, plain.loss - 7, within: 1e-14)
    expectClose(moved.gradient, plain.gradient, within: 1e-14)
  }

  @Test func twoCandidatesOfCertainRewardAreABoundedCousinOfDPO() throws {
    let pair = try Candidates(
      policy: matrix([[-12, -15]], gradient: true), lengths: matrix([[6, 10]]),
      rewards: matrix([[1, 0]]))
    expectClose(try lossAndGradient(LIRE(), pair).loss, -sigmoid(1.5), within: 1e-15)
  }

  @Test func aHighTemperatureGivesTheMeanBaselineGradient() throws {
    // −(R − R̄) / (m T)
    let (_, gradient) = try lossAndGradient(LIRE(listTemperature: 1e6), group(times: 1))
    expectClose(
      gradient.map { $0 * 1e6 }, TestbedA.rewards.map { -($0 - 1.125) / 4 }, within: 1e-6)
  }

  @Test func itIsEXOWithoutItsEntropy() throws {
    // Section 5.1: EXO = LIRE on reference-free scores with reward r/β_r, minus the entropy of p.
    let flat = try Candidates(
      policy: matrix([[0.2, -0.4, 0.1, 0.3]], gradient: true), reference: matrix([[0, 0, 0, 0]]),
      lengths: matrix([[1, 1, 1, 1]]), rewards: matrix([TestbedA.rewards]))
    let lire = try lossAndGradient(LIRE(listTemperature: 1), flat).gradient
    try flat.policy.clearGradient()
    let exo = try lossAndGradient(EXORw(betaPi: 1, betaR: 1), flat).gradient
    try flat.policy.clearGradient()
    let log = try flat.policy.logSoftmax(1)
    try (log.exp() * log).sum().backward()
    let entropy = try numbers(flat.policy.gradient)
    expectClose(zip(exo, entropy).map { $0 - $1 }, lire, within: 1e-15)
  }

  @Test func itIsNotThePolicysExpectedReward() throws {
    // Section 7: every response of testbed A once, under π*_½ and at T = 2, gives 1.494; the policy
    // itself has 1.741.
    let optimum = TestbedA.optimum(0.5)
    let all = try Candidates(
      policy: matrix([optimum.map { log($0) }], gradient: true), lengths: matrix([[1, 1, 1, 1]]),
      rewards: matrix([TestbedA.rewards]))
    expectClose(try lossAndGradient(LIRE(), all).loss, -1.494, within: 5e-4)
    expectClose(
      try lossAndGradient(LIRE(listTemperature: 1), all).loss, -1.741330)
  }

  @Test func theLikelihoodOfTheBestIsAddedPerToken() throws {
    let plain = try lossAndGradient(LIRE(), group(times: 2))
    let with = try lossAndGradient(LIRE(sftWeight: 0.01), group(times: 2))
    // The third candidate: log-probability 0.2, 4 tokens.
    expectClose(with.loss, plain.loss - 0.01 * 0.05, within: 1e-15)
    expectClose(with.gradient[2], plain.gradient[2] - 0.0025, within: 1e-15)
  }

  @Test func thePenaltyEntersAsALossOrInTheReward() throws {
    // d = (0.1, −0.4, 0.3, 0.3) with the policy's scores themselves.
    let d = [0.1, -0.4, 0.3, 0.3]
    let plain = try lossAndGradient(LIRE(listTemperature: 1), group(times: 1))
    let loss = try lossAndGradient(LIRE(listTemperature: 1, klWeight: 0.1), group(times: 1))
    expectClose(loss.loss, plain.loss + 0.1 * d.reduce(0) { $0 + $1 * $1 } / 8, within: 1e-15)
    expectClose(
      loss.gradient, zip(plain.gradient, d).map { $0 + 0.1 * $1 / 4 }, within: 1e-15)
    let reward = try lossAndGradient(
      LIRE(listTemperature: 1, klWeight: 0.1, klForm: .reward), group(times: 1))
    let shaped = try lossAndGradient(
      LIRE(listTemperature: 1),
      group(times: 1, rewards: zip(TestbedA.rewards, d).map { $0 - 0.1 * $1 }))
    expectClose(reward.gradient, shaped.gradient, within: 1e-15)
    #expect(LIRE().needs == .rewards)
    #expect(LIRE(klWeight: 0.1).needs == [.rewards, .reference])
  }

  @Test func everyVariantKeepsEveryPromise() throws {
    let variants = [
      LIRE(rewardTransform: .softmax), LIRE(rewardTransform: .zscore, sftWeight: 0.5),
      LIRE(klWeight: 0.1), LIRE(klWeight: 0.1, klForm: .reward),
    ]
    for variant in variants { try expectPromises(of: variant) }
    #expect(try ObjectiveContracts.theReferenceIsNotRead(LIRE()) == nil)
    #expect(
      try ObjectiveContracts.constantsOfARewardCancel(LIRE(rewardTransform: .zscore)) == nil)
  }

  @Test func theEntropyOfTheListIsWatched() throws {
    let monitors = try LIRE(listTemperature: 1).monitors(
      Candidates(policy: matrix([[0, 0, -1000]]), lengths: matrix([[1, 1, 1]])))
    #expect(monitors.map(\.name) == ["list_entropy"])
    expectClose(try numbers(monitors[0].values), [log(2.0)], within: 1e-15)
  }

  @Test func optionsAreChecked() throws {
    #expect(
      try readObjective("method: lire\nlist_temperature: 0\nreward_transform: log\nkl_form: k1")
        .mistakes == [
          "recipe.yaml:2:19: list_temperature is 0; it must be at least 1e-06",
          "recipe.yaml:3:19: reward_transform is \"log\"; it must be one of none, softmax, zscore",
          "recipe.yaml:4:10: kl_form is \"k1\"; it must be one of penalty, reward",
        ])
  }
}
