import Foundation
import Torch
import Training

/// Reward learning from demonstrations, with the policy solved exactly in every step.
public enum IRLClaims {
  public static var all: [Claim] {
    [surrogate(.linear), fixedPoint(.linear), fixedPoint(.logSigmoid, known: .doesNotHold), radius]
  }

  private static let demonstrated = [0.1, 0.2, 0.6, 0.1]
  private static let beta = 0.5

  /// π_φ ∝ π_ref exp(r / β).
  private static func policy(_ rewards: [Double]) -> [Double] {
    Distribution.normalised(
      zip(World.rewarded.logReference, rewards).map { $0 + $1 / beta })
  }

  /// ∇ of the expected contrast in the rewards, over demonstrations and samples of π_φ, which are
  /// constant.
  private static func slope(
    _ form: RewardContrast.Form, at rewards: [Double]
  ) throws(TorchError) -> [Double] {
    let parameters = try Tensor.of(rewards)
    try parameters.requireGradient()
    let pairs = World.rewarded.tuples(2)
    let own = policy(rewards)
    let losses = try RewardContrast.loss(
      demonstrations: parameters.select(0, Tensor.of(pairs.map { $0[0] })),
      samples: parameters.select(0, Tensor.of(pairs.map { $0[1] })), form: form)
    let weights = pairs.map { demonstrated[$0[0]] * own[$0[1]] }
    try (losses * Tensor.of(weights)).sum().backward()
    return try parameters.gradient?.values() ?? []
  }

  static func surrogate(_ form: RewardContrast.Form) -> Claim {
    Claim(
      .irl, "Equation 6",
      "The difference of the reward's gradients on demonstrations and on samples of the policy is "
        + "β times the gradient of the demonstrations' log-likelihood."
    ) {
      var findings: [Finding] = []
      for rewards in [World.somewhere] + World.elsewhere {
        let exact = Vector.numericalSlope(at: rewards) { rewards in
          Distribution.mean(policy(rewards).map { log($0) }, under: demonstrated)
        }
        findings.append(
          Finding(
            "−∇ of the loss at r \(rewards.map { ($0 * 100).rounded() / 100 })",
            try slope(form, at: rewards).map { -$0 }, .equal, Vector.scaled(exact, beta),
            .differences))
      }
      let closed = zip(demonstrated, policy(World.somewhere)).map { ($0 - $1) / beta }
      findings.append(
        Finding(
          "(p_data − π_φ) / β, beside finite differences",
          Vector.numericalSlope(at: World.somewhere) { rewards in
            Distribution.mean(policy(rewards).map { log($0) }, under: demonstrated)
          }, .equal, closed, .differences, role: .known))
      return Evidence(findings)
    }
  }

  static func fixedPoint(_ form: RewardContrast.Form, known: Verdict = .confirmed) -> Claim {
    Claim(
      .irl, form == .linear ? "Linear contrast" : "Log-sigmoid contrast",
      "Alternating reward and policy steps with the "
        + "\(form == .linear ? "linear" : "log-sigmoid") contrast ends at the demonstrations' "
        + "distribution.",
      origin: known == .confirmed ? .paper : .practice, known: known
    ) {
      let world = World.rewarded
      var rewards = [0.0, 0, 0, 0]
      for _ in 0..<600 {
        rewards = zip(rewards, try slope(form, at: rewards)).map { $0 - $1 }
      }
      let found = policy(rewards)
      var findings = [Finding("π_φ", found, .equal, demonstrated, .descent)]
      if form == .linear {
        let mean = rewards.reduce(0, +) / 4
        findings.append(
          Finding(
            "r, centred", rewards.map { $0 - mean }, .equal,
            [-0.606504, -0.116089, 0.635950, 0.086643], .descent, role: .known))
      } else {
        let shrunken = Distribution.normalised(
          zip(world.logReference, demonstrated).map {
            (beta * $0 + log($1)) / (1 + beta)
          })
        findings += [
          Finding(
            "π_φ is π_ref^{β/(1+β)} p_data^{1/(1+β)}", found, .equal, shrunken, .descent,
            role: .known),
          Finding(
            "π_φ", found, .equal, [0.175656, 0.253340, 0.460348, 0.110656], .descent, role: .known),
        ]
      }
      return Evidence(findings)
    }
  }

  /// How many demonstrations the bound on the surrogate's error asks for.
  static var radius: Claim {
    Claim(
      .irl, "Lemma 4.1",
      "The mean reward of N demonstrations is off by more than the Hoeffding radius with probability "
        + "at most δ."
    ) {
      // The reward that explains the demonstrations best, shifted to [0, R]; the number of times each
      // response is drawn enumerated for N = 24.
      let rewards = [0, 0.490415, 1.242454, 0.693147]
      let (count, delta) = (24, 0.05)
      let range = rewards[2]
      let radius = range * (log(2 / delta) / Double(2 * count)).squareRoot()
      let mean = Distribution.mean(rewards, under: demonstrated)
      let world = World(reference: demonstrated, rewards: rewards)
      let population = world.groups(count)
      let missed = zip(population.groups, population.weights).reduce(0) { sum, group in
        let found = group.0.reduce(0) { $0 + rewards[$1] } / Double(count)
        return abs(found - mean) > radius ? sum + group.1 : sum
      }
      return Evidence([
        Finding("probability to be further off, N 24, δ 0.05", missed, .atMost, delta, .none),
        Finding(
          "N for ±0.1 at R 100, δ 0.05, in millions",
          100 * 100 * log(2 / delta) / (2 * 0.1 * 0.1) / 1e6, .equal, 1.84,
          .init(6e-3, "known to three digits"), role: .known),
      ])
    }
  }
}
