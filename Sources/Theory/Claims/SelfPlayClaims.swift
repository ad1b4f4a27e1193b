import Foundation
import Training

/// Self-play by regression: SPPO and SPIN.
public enum SelfPlayClaims {
  public static var all: [Claim] {
    [
      multiplicative(of: { SPPO(eta: $0) }), softLabels(of: { DNO(beta: $0, eta: $1) }),
      power(of: { SPIN(lambda: $0) }), smallScale,
    ]
  }

  static func multiplicative(of made: @escaping @Sendable (Double) -> some Objective) -> Claim {
    Claim(
      .sppo, "Square loss",
      "The minimum of the square loss is the multiplicative update π_t exp(η P(y ≻ π_t)).",
      origin: .practice, known: .doesNotHold
    ) {
      let world = World.game
      let population = world.singles(from: world.reference, previous: world.reference)
      var findings: [Finding] = []
      for (eta, regression, update) in [
        (
          1.0, [0.427959, 0.276355, 0.203568, 0.092118], [0.428023, 0.276302, 0.203574, 0.092101]
        ),
        (8, [0.592120, 0.149502, 0.208544, 0.049834], [0.611115, 0.138048, 0.204821, 0.046016]),
      ] {
        let found = try population.minimiser(of: made(eta), from: world.logReference)
        let exact = world.multiplicativeStep(world.reference, eta: eta)
        findings += [
          Finding("π at the minimum, η \(eta)", found, .equal, exact, .descent),
          Finding(
            "π at the minimum, η \(eta)", found, .equal, regression, .descent, role: .known),
          Finding("multiplicative update", exact, .equal, update, .sixDecimals, role: .known),
        ]
      }
      // log Z ≈ η / 2 leaves an error of second order: a tenth of η, a hundredth of the error.
      func distance(_ eta: Double) throws -> Double {
        Vector.distance(
          try population.minimiser(of: made(eta), from: world.logReference),
          world.multiplicativeStep(world.reference, eta: eta))
      }
      findings.append(
        Finding(
          "error at η ½ over error at η 1", try distance(0.5) / distance(1), .atMost, 0.3, .none,
          role: .known))
      return Evidence(findings)
    }
  }

  static func softLabels(of made: @escaping @Sendable (Double, Double) -> some Objective) -> Claim {
    Claim(
      .sppo, "DNO: soft labels",
      "The minimum of DNO's logistic loss is the multiplicative update with step η / β, exactly."
    ) {
      let world = World.game
      let population = world.pairs(from: world.reference, previous: world.reference)
      return Evidence(
        try [(1, 1), (0.5, 4.0)].map { beta, eta in
          Finding(
            "π at the minimum, β \(beta), η \(eta)",
            try population.minimiser(of: made(beta, eta), from: world.logReference), .equal,
            world.multiplicativeStep(world.reference, eta: eta / beta), .descent)
        })
    }
  }

  private static let demonstrated = [0.1, 0.2, 0.6, 0.1]

  /// π (p / π)^{1/λ}, normalised.
  private static func closed(_ policy: [Double], _ lambda: Double) -> [Double] {
    Distribution.normalised(
      zip(policy, demonstrated).map { (1 - 1 / lambda) * log($0) + log($1) / lambda })
  }

  /// Demonstrations as chosen, own completions as rejected.
  private static func contrasts(_ policy: [Double]) -> Population {
    var pairs = World.rewarded.pairs(from: demonstrated, and: policy, previous: policy)
    pairs.preference = nil
    return pairs
  }

  static func power(of made: @escaping @Sendable (Double) -> some Objective) -> Claim {
    Claim(
      .spin, "Theorems 5.2 and 5.4",
      "A round ends at π_t (p_data / π_t)^{1/λ}; only the demonstrations' distribution is a fixed "
        + "point, and for λ above ½ rounds close in on it."
    ) {
      let world = World.rewarded
      var findings: [Finding] = []
      for lambda in [1, 2, 0.7] {
        findings.append(
          Finding(
            "π after one round, λ \(lambda)",
            try contrasts(world.reference).minimiser(of: made(lambda), from: world.logReference),
            .equal, closed(world.reference, lambda), .descent))
      }
      let still = try contrasts(demonstrated)
        .expected(made(1), at: demonstrated.map { log($0) })
      findings += [
        Finding("gradient at p_data", still.gradient, .equal, [0, 0, 0, 0], .arithmetic),
        Finding("loss at p_data", still.value, .equal, log(2), .arithmetic, role: .known),
      ]
      var policy = world.reference
      var divergences: [Double] = []
      for _ in 0..<5 {
        policy = try contrasts(policy).minimiser(of: made(2), from: policy.map { log($0) })
        divergences.append(Distribution.divergence(of: demonstrated, from: policy))
      }
      findings += [
        Finding(
          "KL(p_data ∥ π_t) over that of the round before, λ 2",
          zip(divergences.dropFirst(), divergences).map { $0 / $1 }, .atMost,
          [0.3, 0.3, 0.3, 0.3], .none),
        Finding(
          "KL(p_data ∥ π_t), t = 1 … 5, λ 2", divergences, .equal,
          [0.1047, 0.0250, 0.0061, 0.0015, 0.00037], .fourDecimals, role: .known),
      ]
      return Evidence(
        findings,
        curves: [
          Curve(
            "λ 2", x: "round", y: "KL(p_data ∥ π_t)",
            divergences.enumerated().map { (Double($0 + 1), $1) })
        ])
    }
  }

  static var smallScale: Claim {
    Claim(
      .spin, "Small λ",
      "Rounds that are trained to their minimum close in on the demonstrations for every λ, as for "
        + "the 0.1 of the experiments.",
      origin: .practice, known: .doesNotHold
    ) {
      let world = World.rewarded
      func distances(_ lambda: Double, _ rounds: Int) -> [Double] {
        var policy = world.reference
        return (0..<rounds).map { _ in
          policy = closed(policy, lambda)
          return Distribution.divergence(of: demonstrated, from: policy)
        }
      }
      let start = Distribution.divergence(of: demonstrated, from: world.reference)
      let found = try contrasts(world.reference)
        .minimiser(of: SPIN(lambda: 0.4), from: world.logReference)
      return Evidence(
        [
          Finding("KL after 6 rounds, λ 0.4", distances(0.4, 6)[5], .atMost, start, .none),
          Finding("KL after 2 rounds, λ 0.1", distances(0.1, 2)[1], .atMost, start, .none),
          Finding(
            "π after one round of training, λ 0.4", found, .equal, closed(world.reference, 0.4),
            .descent, role: .known),
          Finding(
            "KL after 80 rounds just above the boundary, λ 0.51", distances(0.51, 80)[79], .atMost,
            start, .none, role: .known),
          Finding(
            "KL after as many just below, λ 0.49", distances(0.49, 80)[79], .atLeast, start, .none,
            role: .known),
        ],
        curves: [
          Curve(
            "λ 0.4", x: "round", y: "KL(p_data ∥ π_t)",
            distances(0.4, 6).enumerated().map { (Double($0 + 1), $1) })
        ])
    }
  }
}
