import Foundation
import TestSupport
import Testing
import Torch
import Training

@Suite struct SAILTests {
  /// Labels of the reward on testbed A.
  private func label(_ pair: [Int]) -> Double {
    sigmoid(TestbedA.rewards[pair[0]] - TestbedA.rewards[pair[1]])
  }

  /// The single-level objective J with labels P*, or with the policy's own.
  private func objective(_ logits: [Double], beta: Double, own: Bool) throws -> Double {
    let log = try numbers(Tensor.of(logits).logSoftmax(0))
    let d = zip(log, TestbedA.reference).map { $0 - Foundation.log($1) }
    return TestbedA.tuples(2).reduce(0) { sum, pair in
      let u = beta * (d[pair[0]] - d[pair[1]])
      let p = own ? sigmoid(u) : label(pair)
      let value = -p * logistic(u) - (1 - p) * logistic(-u)
      return sum + exp(log[pair[0]] + log[pair[1]]) * value
    }
  }

  private func slope(_ logits: [Double], beta: Double, own: Bool) throws -> [Double] {
    try logits.indices.map { place in
      var (up, down) = (logits, logits)
      up[place] += 1e-5
      down[place] -= 1e-5
      let rise = try objective(up, beta: beta, own: own) - objective(down, beta: beta, own: own)
      return rise / 2e-5
    }
  }

  /// The gradient of the expected loss over the policy's own pairs, in its logits.
  private func gradient(_ sail: SAIL, _ logits: [Double]) throws -> [Double] {
    let policy = try Tensor.of(logits)
    try policy.requireGradient()
    let own = try numbers(Tensor.of(logits).softmax(0))
    let pairs = TestbedA.tuples(2)
    let candidates = try TestbedA.candidates(
      pairs, logits: policy, preference: pairs.map(label))
    let weights = try Tensor.of(pairs.map { own[$0[0]] * own[$0[1]] })
    try (sail.loss(candidates) * weights).sum().backward()
    return try numbers(policy.gradient)
  }

  @Test func ofRewardLabelsItDescendsTheObjectiveItself() throws {
    let sail = SAIL(variant: .pr, beta: 0.5, policyWeight: 1)
    for logits in [[0.0, 0, 0, 0], TestbedA.theta, [1, -1, 0.5, 0]] {
      let expected = try slope(logits, beta: 0.5, own: false).map { -$0 }
      expectClose(try gradient(sail, logits), expected, within: 1e-9)
    }
  }

  @Test func ofOwnLabelsItDescendsTheObjectiveItself() throws {
    // |ℓ| stays below 1 / c₃ = 1, so nothing is cut.
    let sail = SAIL(variant: .pp, beta: 0.2, policyWeight: 1, labelWeight: 1)
    for logits in [[0.0, 0, 0, 0], TestbedA.theta] {
      let expected = try slope(logits, beta: 0.2, own: true).map { -$0 }
      expectClose(try gradient(sail, logits), expected, within: 1e-9)
    }
  }

  @Test func ownLabelsAloneSayNothing() throws {
    let sail = SAIL(variant: .pp, beta: 0.5, policyWeight: 0, labelWeight: 0)
    expectClose(try gradient(sail, TestbedA.theta), [0, 0, 0, 0], within: 1e-16)
  }

  @Test func itIsNotStationaryAtTheOptimalPolicy() throws {
    // Section 11.4, β = ½, with the sign of a gradient of J.
    let optimum = TestbedA.optimum(0.5).map { log($0) }
    let whole = try gradient(SAIL(variant: .pr, beta: 0.5, policyWeight: 1), optimum)
    expectClose(whole.map { -$0 }, [0.011904, 0.011906, -0.020776, -0.003034])
    expectClose(try objective(optimum, beta: 0.5, own: false), -0.650188)
    let first = try gradient(SAIL(variant: .pr, beta: 0.5, policyWeight: 0), optimum)
    expectClose(first, [0, 0, 0, 0], within: 1e-16)
  }

  @Test func withoutItsTermsItIsDPOBitForBit() throws {
    let sail = SAIL(beta: 0.1, policyWeight: 0, labelWeight: 0, redrawn: 0)
    for preference in [nil, 0.3] {
      let (mine, theirs) = (
        try lossAndGradient(sail, goldenPair(preference: preference)),
        try lossAndGradient(DPOPref(beta: 0.1), goldenPair(preference: preference))
      )
      #expect(mine.loss == theirs.loss)
      #expect(mine.gradient == theirs.gradient)
    }
  }

  @Test func theGoldenPairOfEachVariant() throws {
    // u = 0.15; ℓ and its slope, for either order.
    let (up, down) = (-logistic(0.15), -logistic(-0.15))
    let (p, q) = (sigmoid(0.15), sigmoid(-0.15))
    let pr = try lossAndGradient(SAIL(variant: .pr), goldenPair())
    expectClose(pr.loss, -up - 0.3 * up * -27, within: 1e-14)
    expectClose(pr.gradient, [-0.1 * q - 0.3 * up, 0.1 * q - 0.3 * up], within: 1e-15)
    // 0.6 of the label as it is; of the other 0.4 the first part cancels.
    let dp = try lossAndGradient(SAIL(variant: .dp), goldenPair())
    let third = 0.1 * 0.4 * 0.2 * (p * up * q - q * down * p)
    expectClose(dp.gradient, [-0.6 * 0.1 * q - third, 0.6 * 0.1 * q + third], within: 1e-15)
    let log = p * up + q * down
    expectClose(
      dp.loss, -0.6 * up - 0.4 * log - 0.4 * 0.1 * (p * up * up + q * down * down), within: 1e-14)
  }

  @Test func pairsRankedFarWrongAreNotPushedFurther() throws {
    let sail = SAIL(beta: 1, policyWeight: 0, labelWeight: 1, redrawn: 1)
    let (loss, gradient) = try lossAndGradient(sail, flatPair(margin: -30))
    #expect(loss.isFinite)
    expectClose(gradient, [0, 0], within: 1e-10)
    let given = SAIL(beta: 1, policyWeight: 0, labelWeight: 1, redrawn: 0)
    expectClose(try lossAndGradient(given, flatPair(margin: -30)).gradient[0], -1, within: 1e-12)
  }

  @Test func theReleasedFormTurnsTheSignAndSkipsTheMean() throws {
    // Section 11.3: −c ℓ / log π(y) on each log-probability, for each pair and not for their mean.
    let sail = SAIL(variant: .pr, form: .released)
    let two = try Candidates(
      policy: matrix([[-12, -15], [-12, -15]], gradient: true),
      reference: matrix([[-13, -14.5], [-13, -14.5]]), lengths: matrix([[6, 10], [6, 10]]))
    let plain = try lossAndGradient(DPOPref(beta: 0.1), goldenPair())
    let found = try lossAndGradient(sail, two)
    expectClose(found.loss, 2 * plain.loss, within: 1e-15)
    let log = -logistic(0.15)
    let expected = [
      plain.gradient[0] - 2 * 0.3 * log / -12, plain.gradient[1] - 2 * 0.3 * log / -15,
    ]
    expectClose(found.gradient, expected + expected, within: 1e-15)
    let derived = try lossAndGradient(SAIL(variant: .pr), goldenPair())
    #expect(derived.gradient[0] > plain.gradient[0])
    #expect(found.gradient[0] < plain.gradient[0])
  }

  @Test func aBaselineLeavesOnlyDifferencesFromTheMean() throws {
    let pair = try lossAndGradient(SAIL(variant: .pr, baseline: .mean), goldenPair())
    let plain = try lossAndGradient(DPOPref(beta: 0.1), goldenPair())
    expectClose(pair.gradient, plain.gradient, within: 1e-15)
  }

  @Test func everyFormKeepsEveryPromise() throws {
    let forms: [SAIL] = [
      SAIL(variant: .pp), SAIL(variant: .pr), SAIL(variant: .pr, baseline: .mean),
      SAIL(variant: .pr, form: .released), SAIL(policyWeight: 0, labelWeight: 0, redrawn: 0),
    ]
    for form in forms { try expectPromises(of: form) }
    #expect(forms.map(\.couplesPrompts) == [false, false, true, true, false])
    #expect(try ObjectiveContracts.constantsOfALogRatioCancel(SAIL(variant: .dp)) == nil)
  }

  @Test func theVariantChoosesTheDefaults() throws {
    for (text, expected) in [
      ("dp", ["0.0", "0.2", "0.4"]), ("pp", ["0.2", "0.2", "1.0"]), ("pr", ["0.3", "0.0", "0.0"]),
    ] {
      let (read, mistakes) = try readObjective("method: sail\nvariant: \(text)")
      #expect(mistakes == [])
      #expect(Array(read.options.map(\.value)[2..<5]) == expected)
    }
    #expect(
      try readObjective("method: sail\nredrawn: 2").mistakes
        == ["recipe.yaml:2:10: redrawn is 2; it must be at least 0 and at most 1"])
  }
}
