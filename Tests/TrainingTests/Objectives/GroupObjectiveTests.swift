import Foundation
import TestSupport
import Testing
import Torch
import Training

/// The group of `algorithms.md`, section 5.2: the scores are the log-ratios when β_π is 1.
private let scores = [0.2, -0.4, 0.1, 0.3]

private func goldenGroup() throws -> Candidates {
  try Candidates(
    policy: matrix([scores], gradient: true), reference: matrix([[0, 0, 0, 0]]),
    lengths: matrix([[1, 1, 1, 1]]), rewards: matrix([TestbedA.rewards]))
}

@Suite struct GroupObjectiveTests {
  @Test func exoOfTheGoldenGroup() throws {
    let group = try goldenGroup()
    let loss = try EXORw(betaPi: 1, betaR: 0.5).loss(group)
    try loss.backward(Tensor.of([1.0]))
    expectClose(try loss.item(), 0.806325)
    expectClose(
      try numbers(group.policy.gradient), [0.658635, -0.039484, -0.446476, -0.172674])
  }

  @Test func dpoOfTheGoldenGroup() throws {
    let group = try goldenGroup()
    let loss = try DPORw(betaPi: 1, betaR: 0.5).loss(group)
    try loss.backward(Tensor.of([1.0]))
    expectClose(try loss.item(), 1.364342)
    expectClose(try numbers(group.policy.gradient), [0.268954, 0.065265, -0.402981, 0.068762])
    // The forward KL is the cross-entropy without the entropy of the target.
    let target = try numbers(group.logShares(group.givenRewards() / 0.5).exp())
    expectClose(target, [0.012038, 0.088947, 0.657233, 0.241783])
    let entropy = -target.reduce(0) { $0 + $1 * log($1) }
    expectClose(try loss.item() - entropy, 0.476799)
  }

  @Test func thePolicyTemperatureScalesScoresAndGradient() throws {
    let group = try goldenGroup()
    let quarter = try Candidates(
      policy: matrix([scores.map { $0 * 4 }], gradient: true), reference: matrix([[0, 0, 0, 0]]),
      lengths: matrix([[1, 1, 1, 1]]), rewards: matrix([TestbedA.rewards]))
    for (at, scaled) in [
      (EXORw(betaPi: 1, betaR: 0.5) as any Objective, EXORw(betaPi: 0.25, betaR: 0.5)),
      (DPORw(betaPi: 1, betaR: 0.5), DPORw(betaPi: 0.25, betaR: 0.5)),
    ] as [(any Objective, any Objective)] {
      try group.policy.clearGradient()
      try quarter.policy.clearGradient()
      let (whole, part) = (try at.loss(group), try scaled.loss(quarter))
      try whole.sum().backward()
      try part.sum().backward()
      expectClose(try part.item(), try whole.item(), within: 1e-15)
      let gradient = try numbers(group.policy.gradient).map { $0 / 4 }
      expectClose(try numbers(quarter.policy.gradient), gradient, within: 1e-15)
    }
  }

  @Test func twoCandidatesWithCertainRewardsArePairs() throws {
    func pair() throws -> Candidates {
      try Candidates(
        policy: matrix([[-12, -15]], gradient: true), reference: matrix([[-13, -14.5]]),
        lengths: matrix([[6, 10]]), rewards: matrix([[log(0.9), log(0.1)]]))
    }
    let dpo = try DPORw(betaPi: 0.1, betaR: 1).loss(pair())
    expectClose(try dpo.item(), 0.635957)
    let smoothed = try EXOPref(betaPi: 0.1, labelSmoothing: 0.1).loss(pair())
    expectClose(
      try EXORw(betaPi: 0.1, betaR: 1).loss(pair()).item(), try smoothed.item(), within: 1e-15)
  }

  @Test func theAuthorsTargetsAreRewardsOfZeroAndMinusTen() throws {
    // Section 5.4, item 5. The authors' log-targets 0 and −10 are not normalised.
    for (u, expected, tolerance) in [(0.0, 4.306853, 6e-7), (10, -4.54e-5, 1e-8)] {
      let pair = try Candidates(
        policy: matrix([[u, 0]]), reference: matrix([[0, 0]]), lengths: matrix([[1, 1]]),
        rewards: matrix([[0, -10]]))
      let loss = try EXORw(betaPi: 1, betaR: 1).loss(pair).item()
      expectClose(loss - log1p(exp(-10)), expected, within: tolerance)
    }
  }

  @Test func rewardsFarApartStayInLogSpace() throws {
    let group = try Candidates(
      policy: matrix([[0, 0]], gradient: true), reference: matrix([[0, 0]]),
      lengths: matrix([[1, 1]]), rewards: matrix([[0, -1000]]))
    let loss = try EXORw(betaPi: 1, betaR: 0.5).loss(group)
    try loss.sum().backward()
    // ½ × 2000 − log 2
    expectClose(try loss.item(), 1000 - log(2.0), within: 1e-9)
    #expect(try numbers(group.policy.gradient).allSatisfy { $0.isFinite })
  }

  @Test func theLossIsTheNegativeRewardMinusTheEntropyUpToAConstant() throws {
    // Section 5.1, assertion 2: KL(p ∥ p_r) = −H(p) − E_p[r] / β_r + logsumexp(r / β_r).
    let p = try numbers(Tensor.of(scores).softmax(0))
    let entropy = -p.reduce(0) { $0 + $1 * log($1) }
    let reward = zip(p, TestbedA.rewards).reduce(0) { $0 + $1.0 * $1.1 }
    let constant = log(TestbedA.rewards.reduce(0) { $0 + exp($1 / 0.5) })
    let loss = try EXORw(betaPi: 1, betaR: 0.5).loss(goldenGroup()).item()
    expectClose(loss, -entropy - reward / 0.5 + constant, within: 1e-14)
  }
}
