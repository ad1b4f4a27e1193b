import Foundation
import TestSupport
import Testing
import Torch
import Training

@Suite struct PairObjectiveTests {
  @Test func dpoOfTheGoldenPair() throws {
    let (loss, gradient) = try lossAndGradient(DPOPref(beta: 0.1), goldenPair())
    expectClose(loss, 0.620957)
    // −β σ(−u) = −0.1 × σ(−0.15)
    expectClose(gradient, [-0.046257, 0.046257])
  }

  @Test func dpoOfEqualPoliciesIsLogTwo() throws {
    let (loss, gradient) = try lossAndGradient(DPOPref(beta: 0.1), flatPair(margin: 0))
    expectClose(loss, 0.693147)
    expectClose(gradient, [-0.05, 0.05], within: 1e-15)
  }

  @Test func dpoWithSmoothingIsTheMixtureOfBothLabels() throws {
    let (loss, gradient) = try lossAndGradient(
      DPOPref(beta: 0.1, labelSmoothing: 0.1), goldenPair())
    expectClose(loss, 0.635957)
    // β (σ(u) − (1 − ε))
    let slope = 0.1 * (sigmoid(0.15) - 0.9)
    expectClose(gradient, [slope, -slope], within: 1e-15)
  }

  @Test func dpoWithSmoothingHasItsMinimumAtTheLogOdds() throws {
    let objective = DPOPref(beta: 1, labelSmoothing: 0.1)
    let (_, gradient) = try lossAndGradient(objective, flatPair(margin: log(9.0)))
    expectClose(gradient, [0, 0], within: 1e-15)
  }

  @Test func dpoOfASoftLabelIsTheCrossEntropy() throws {
    // Section 9.7: label σ(0.8), u = 0.15; the slope in u is β times smaller in the policy.
    let soft = try goldenPair(preference: sigmoid(0.8))
    let (loss, gradient) = try lossAndGradient(DPOPref(beta: 0.1), soft)
    expectClose(loss, 0.667461)
    expectClose(gradient, [-0.0152545, 0.0152545], within: 6e-8)
  }

  @Test func dpoStaysFiniteForHopelessPairs() throws {
    let (loss, gradient) = try lossAndGradient(DPOPref(beta: 1), flatPair(margin: -1000))
    #expect(loss == 1000)
    #expect(gradient == [-1, 1])
  }

  @Test func dpoOverAllPairsHasTheOptimalPolicyAsItsMinimum() throws {
    // Section 4.1: μ = [.1, .2, .3, .4], Bradley–Terry labels, β = ½.
    let mu = [0.1, 0.2, 0.3, 0.4]
    let pairs = TestbedA.tuples(2)
    let preference = pairs.map { sigmoid(TestbedA.rewards[$0[0]] - TestbedA.rewards[$0[1]]) }
    let weights = try Tensor.of(pairs.map { mu[$0[0]] * mu[$0[1]] })
    var logits = [0.0, 0, 0, 0]
    var loss = 0.0
    for _ in 0..<800 {
      let policy = try Tensor.of(logits)
      try policy.requireGradient()
      let candidates = try TestbedA.candidates(pairs, logits: policy, preference: preference)
      let mean = try (DPOPref(beta: 0.5).loss(candidates) * weights).sum()
      try mean.backward()
      loss = try mean.item()
      logits = zip(logits, try numbers(policy.gradient)).map { $0 - 30 * $1 }
    }
    expectClose(
      try numbers(Tensor.of(logits).softmax(0)), [0.025732, 0.142601, 0.702457, 0.129210])
    expectClose(try numbers(Tensor.of(logits).softmax(0)), TestbedA.optimum(0.5), within: 1e-9)
    expectClose(loss, 0.626160)
  }

  @Test func exoOfTheGoldenPair() throws {
    let (loss, gradient) = try lossAndGradient(EXOPref(betaPi: 0.1), goldenPair())
    expectClose(loss, 2.505517)
    // β_π σ(u) σ(−u) (u − log((1 − ε) / ε))
    let slope = 0.1 * sigmoid(0.15) * sigmoid(-0.15) * (0.15 - log(999.0))
    expectClose(gradient, [slope, -slope], within: 1e-15)
  }

  @Test(arguments: [(1e-3, 2.761231), (1e-2, 1.614463), (1e-1, 0.510826)])
  func exoOfEqualPolicies(smoothing: Double, expected: Double) throws {
    // −log 2 − ½ log(ε (1 − ε))
    let objective = EXOPref(betaPi: 0.5, labelSmoothing: smoothing)
    expectClose(try lossAndGradient(objective, flatPair(margin: 0)).loss, expected)
  }

  /// σ(u) (log σ(u) − log(1 − ε)) + σ(−u) (log σ(−u) − log ε) in float64, with log ε from the option; in
  /// float32 1 − (1 − ε) would be 0 below 6e-8.
  @Test(arguments: [1e-3, 1e-6, 1e-7, 1e-9, 1e-12])
  func exoTakesTheLogarithmOfTheSmoothingFromTheOption(smoothing: Double) throws {
    for margin in [-3.0, 0, 0.25, 12] {
      func expected(_ p: Double) -> Double {
        // p: certain, that candidate 0 is the better one before smoothing.
        let q = (1 - p) * smoothing + p * (1 - smoothing)
        let other = p * smoothing + (1 - p) * (1 - smoothing)
        return sigmoid(margin) * (-logistic(margin) - log(q))
          + sigmoid(-margin) * (-logistic(-margin) - log(other))
      }
      for (type, p) in [(ElementType.float32, nil), (.float64, nil), (.float32, 1), (.float32, 0)]
        as [(ElementType, Double?)]
      {
        let policy = try matrix([[margin, 0]]).converted(to: type)
        let pair = try Candidates(
          policy: policy, reference: matrix([[0, 0]]), lengths: matrix([[1, 1]]),
          preference: p.map { try Tensor.of([$0]) })
        let found = try EXOPref(betaPi: 1, labelSmoothing: smoothing).loss(pair).item()
        let wanted = expected(p ?? 1)
        #expect(
          abs(found - wanted) <= 1e-6 * max(1, abs(wanted)), "ε \(smoothing), u \(margin), \(type)")
      }
    }
  }

  @Test func exoPushesMarginsBeyondItsOptimumBack() throws {
    let objective = EXOPref(betaPi: 1)
    let (loss, gradient) = try lossAndGradient(objective, flatPair(margin: 6.906755))
    expectClose(loss, 0, within: 1e-12)
    expectClose(gradient, [0, 0], within: 1e-9)
    #expect(try lossAndGradient(objective, flatPair(margin: 6.5)).gradient[0] < 0)
    #expect(try lossAndGradient(objective, flatPair(margin: 7.5)).gradient[0] > 0)
  }

  @Test func exoGivesUpPairsThatItRanksFarWrong() throws {
    let lost = try lossAndGradient(EXOPref(betaPi: 1), flatPair(margin: -20))
    #expect(abs(lost.gradient[0]) < 1e-7)
    let kept = try lossAndGradient(DPOPref(beta: 1), flatPair(margin: -20))
    #expect(abs(kept.gradient[0]) > 0.99)
  }

  @Test func exoOfASoftLabelIsZeroWhereThePolicyAgrees() throws {
    let candidates = try Candidates(
      policy: matrix([[log(3.0), 0]], gradient: true), reference: matrix([[0, 0]]),
      lengths: matrix([[1, 1]]), preference: Tensor.of([(0.75 - 1e-3) / (1 - 2e-3)]))
    let (loss, gradient) = try lossAndGradient(EXOPref(betaPi: 1), candidates)
    expectClose(loss, 0, within: 1e-15)
    expectClose(gradient, [0, 0], within: 1e-15)
  }
}
