import Foundation
import Training

/// Listwise reward enhancement: what its loss is an expectation of.
public enum LIREClaims {
  public static var all: [Claim] {
    [
      largeGroups(of: { LIRE(listTemperature: $0) }), gradient(of: LIRE(listTemperature: 2)),
      identity, expectedReward,
    ]
  }

  /// The rewards of testbed A, with candidates that are all as likely.
  private static let uniform = World(
    reference: [0.25, 0.25, 0.25, 0.25], rewards: World.rewarded.rewards)

  /// E[R] under μ π^{1/T}, normalised.
  private static func flattened(_ world: World, _ logits: [Double], _ temperature: Double) -> Double
  {
    world.expectedReward(
      Distribution.normalised(zip(world.logReference, logits).map { $0 + $1 / temperature }))
  }

  static func largeGroups(of made: @escaping @Sendable (Double) -> some Objective) -> Claim {
    Claim(
      .lire, "Large m",
      "As candidates of μ grow in number the loss tends to −E[R] under μ π^{1/T}, normalised; the "
        + "error falls as 1/m."
    ) {
      let optimum = World.rewarded.optimum(0.5).map { log($0) }
      var findings: [Finding] = []
      for (world, parts) in [(uniform, 4), (World.rewarded, 10)] {
        for temperature in [1, 2, 5.0] {
          findings.append(
            Finding(
              "−loss at m → ∞, \(parts == 4 ? "uniform μ" : "μ = π_ref"), T \(temperature)",
              -(try world.proportional(parts).expected(made(temperature), at: optimum).value),
              .equal, flattened(world, optimum, temperature), .arithmetic))
        }
      }
      let limit = -flattened(uniform, optimum, 2)
      let errors = try [4, 8, 16].map {
        try uniform.groups($0).expected(made(2), at: optimum).value - limit
      }
      findings += [
        Finding(
          "error at m 8 over error at m 4", errors[1] / errors[0], .atMost, 0.65, .none),
        Finding(
          "error at m 16 over error at m 8", errors[2] / errors[1], .atMost, 0.65, .none),
        Finding(
          "−loss of π*_½ at m → ∞, uniform μ, T 2", -limit, .equal, 1.494, .threeDecimals,
          role: .known),
      ]
      return Evidence(findings)
    }
  }

  static func gradient(of objective: some Objective) -> Claim {
    Claim(
      .lire, "Gradient",
      "The gradient is −(1/T) E[(R − E R) ∇ log π] under the candidates' shares, so a constant added "
        + "to the rewards leaves it as it is."
    ) {
      let shifted = World(
        reference: uniform.reference, rewards: uniform.rewards.map { $0 + 7 })
      return Evidence(
        try ([World.somewhere] + World.elsewhere).enumerated().map { place, logits in
          let shares = Distribution.normalised(logits.map { $0 / 2 })
          // Σ ∂ log π_i / ∂θ weighs to nothing: what the scores get adds up to 0.
          let exact = Distribution.slope(of: uniform.rewards, under: shares).map { -$0 / 2 }
          return Finding(
            "gradient at place \(place + 1), rewards moved by 7",
            try shifted.proportional(4).expected(objective, at: logits).gradient, .equal, exact,
            .arithmetic)
        })
    }
  }

  /// Section 5.1's second consequence.
  static var identity: Claim {
    Claim(
      .lire, "Relation to EXO",
      "EXO-rw is LIRE on log-ratios with rewards r / β_r, less the entropy of the shares, plus a "
        + "constant of the group."
    ) {
      let groups = uniform.groups(3)
      let (betaPi, betaR) = (0.5, 0.25)
      let exo = try groups.losses(EXORw(betaPi: betaPi, betaR: betaR), at: World.somewhere)
      let lire = try groups.losses(LIRE(listTemperature: 1 / betaPi), at: World.somewhere)
      let rest = groups.groups.map { group in
        let shares = Distribution.normalised(group.map { betaPi * World.somewhere[$0] })
        return Distribution.logSum(group.map { uniform.rewards[$0] / betaR })
          - Distribution.entropy(shares)
      }
      return Evidence([
        Finding(
          "EXO-rw of 20 groups of 3", exo, .equal, zip(lire, rest).map { $0 / betaR + $1 },
          .arithmetic)
      ])
    }
  }

  static var expectedReward: Claim {
    Claim(
      .lire, "Expected reward", "With many candidates −loss is the expected reward of the policy.",
      origin: .practice, known: .doesNotHold
    ) {
      let policy = World.rewarded.optimum(0.5)
      let optimum = policy.map { log($0) }
      let exact = World.rewarded.expectedReward(policy)
      func found(_ temperature: Double) throws -> Double {
        -(try uniform.proportional(4)
          .expected(LIRE(listTemperature: temperature), at: optimum).value)
      }
      return Evidence([
        Finding("−loss of π*_½, T 2", try found(2), .equal, exact, .arithmetic),
        Finding(
          "−loss of π*_½ with uniform μ and T 1, where it is", try found(1), .equal, exact,
          .arithmetic, role: .known),
        Finding("E[r] of π*_½", exact, .equal, 1.741, .threeDecimals, role: .known),
      ])
    }
  }
}
