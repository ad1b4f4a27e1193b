import Foundation
import Training

/// The regularised game, and Nash mirror descent in it.
public enum NashClaims {
  public static var all: [Claim] {
    [game, decreasingSteps, constantSteps, gradient(of: NashMD(share: 0)), mixture, perToken]
  }

  static var game: Claim {
    Claim(
      .nash, "Regularised game",
      "The regularised game has one Nash policy, π_ref exp(P(y ≻ π) / τ), of value ½; its duality "
        + "gap is 0, and that of any other policy is above."
    ) {
      let world = World.game
      var findings: [Finding] = []
      for (tau, known, gap) in [
        (1, [0.424402, 0.275089, 0.207687, 0.092822], 0.004575),
        (0.3, [0.443901, 0.228315, 0.245902, 0.081882], 0.014980),
        (0.1, [0.386567, 0.211815, 0.335600, 0.066019], 0.0413237),
        (0.03, [0.324161, 0.261362, 0.389864, 0.024614], 0.090805),
      ] {
        let nash = world.nash(tau: tau)
        findings += [
          Finding(
            "Nash policy as its own best response, τ \(tau)",
            world.bestResponse(to: nash, tau: tau), .equal, nash,
            .init(1e-5, "a fixed point whose gap is below 1e-13, magnified by 1/τ")),
          Finding("its gap", world.dualityGap(nash, tau: tau), .equal, 0, .arithmetic),
          Finding("Nash policy", nash, .equal, known, .sixDecimals, role: .known),
          Finding(
            "gap of the reference", world.dualityGap(world.reference, tau: tau), .equal, gap,
            .sixDecimals, role: .known),
        ]
      }
      let odd = [0.1, 0.2, 0.3, 0.4]
      let best = world.bestResponse(to: odd, tau: 0.1)
      findings += [
        Finding("J(π, π)", world.payoff(odd, odd, tau: 0.1), .equal, 0.5, .arithmetic),
        Finding(
          "gap in closed form, beside J of the best responses",
          world.dualityGap(odd, tau: 0.1), .equal,
          world.payoff(best, odd, tau: 0.1) - world.payoff(odd, best, tau: 0.1), .arithmetic),
        Finding(
          "gap of [0.1, 0.2, 0.3, 0.4] at τ 0.1 and 0",
          [0.1, 0].map { world.dualityGap(odd, tau: $0) }, .equal, [0.211265, 0.26], .sixDecimals,
          role: .known),
        Finding(
          "P(y ≻ Nash policy) at τ 0.1", world.winRates(against: world.nash(tau: 0.1)), .equal,
          [0.490648, 0.459257, 0.545824, 0.452540], .sixDecimals, role: .known),
      ]
      return Evidence(findings)
    }
  }

  /// KL(Nash ∥ π_t) for t = 0 … `steps`.
  private static func divergences(
    steps: Int, _ step: (_ policy: [Double], _ time: Int) -> [Double]
  ) -> [Double] {
    let world = World.game
    let nash = world.nash(tau: 0.1)
    var policy = world.reference
    return (0...steps).map { time in
      defer { policy = step(policy, time) }
      return Distribution.divergence(of: nash, from: policy)
    }
  }

  static var decreasingSteps: Claim {
    Claim(
      .nash, "Decreasing steps",
      "With steps η_t = 2/(τ (t + 2)) the last iterate approaches the Nash policy, within "
        + "8/(τ² (t + 1)) of it in KL."
    ) {
      let world = World.game
      let found = divergences(steps: 400) {
        world.nashMirrorStep($0, eta: 2 / (0.1 * Double($1 + 2)), tau: 0.1)
      }
      return Evidence(
        [
          Finding(
            "KL at every t", found, .atMost, found.indices.map { 800 / Double($0 + 1) }, .none),
          Finding("KL at t 400", found[400], .atMost, 2e-6, .none),
        ],
        curves: [
          Curve(
            "Nash-MD", x: "t", y: "KL to the Nash policy",
            found.indices.dropFirst().map { (Double($0), found[$0]) })
        ])
    }
  }

  static var constantSteps: Claim {
    Claim(
      .nash, "Constant steps", "With a constant step the last iterate reaches the Nash policy.",
      origin: .practice, known: .doesNotHold
    ) {
      let world = World.game
      var findings: [Finding] = []
      for (eta, known, error) in [(0.05, 1.0e-6, 6e-8), (0.5, 1.1e-4, 6e-6), (2, 2.2e-3, 6e-5)] {
        let found =
          divergences(steps: Int(200 / eta)) { policy, _ in
            world.nashMirrorStep(policy, eta: eta, tau: 0.1)
          }.last ?? .nan
        findings += [
          Finding("KL in the end, η \(eta)", found, .equal, 0, .init(1e-9, "float64 allows more")),
          Finding(
            "bias at η \(eta)", found, .equal, known, .init(error, "known to two digits"),
            role: .known),
        ]
      }
      return Evidence(findings)
    }
  }

  /// The policy gradient against oneself.
  static func gradient(of method: some RolloutObjective) -> Claim {
    Claim(
      .nash, "Self-play gradient",
      "Against itself (mixture 0) the policy gradient with reward P(y ≻ y') − ½ and KL strength τ "
        + "is 0 at the Nash policy, and elsewhere it is the gradient of the payoff."
    ) {
      let world = World.game
      let nash = world.nash(tau: 0.1)
      let logits = World.somewhere
      let policy = Distribution.normalised(logits)
      return Evidence([
        Finding(
          "gradient at the Nash policy",
          try world.expected(method, against: nash, at: nash.map { log($0) }, kl: 0.1).gradient,
          .equal, [0, 0, 0, 0], .init(1e-6, "the policy is known by a gap below 1e-13")),
        Finding(
          "gradient elsewhere, beside that of J(π, π') in π",
          try world.expected(method, against: policy, at: logits, kl: 0.1).gradient.map { -$0 },
          .equal,
          Vector.numericalSlope(at: logits) {
            world.payoff(Distribution.normalised($0), policy, tau: 0.1)
          }, .differences),
      ])
    }
  }

  /// What the mixture with the reference does when the step is not a mirror step.
  static var mixture: Claim {
    Claim(
      .nash, "Mixture",
      "Where the policy gradient against the mixture with the reference vanishes, the policy is the "
        + "Nash policy of strength β.",
      origin: .practice, known: .doesNotHold
    ) {
      let world = World.game
      let nash = world.nash(tau: 0.1)
      let mixed = Distribution.normalised(
        zip(nash, world.reference).map { 0.5 * log($0) + 0.5 * log($1) })
      let found = try world.expected(
        NashMD(share: 0.5), against: mixed, at: nash.map { log($0) }, kl: 0.1
      ).gradient
      let rates = world.winRates(against: mixed)
      let worth = nash.indices.map { rates[$0] - 0.1 * log(nash[$0] / world.reference[$0]) }
      return Evidence([
        Finding(
          "gradient at the Nash policy, α ½", found, .equal, [0, 0, 0, 0],
          .init(1e-6, "the policy is known by a gap below 1e-13")),
        Finding(
          "the same in closed form", found.map { -$0 }, .equal,
          Distribution.slope(of: worth, under: nash), .arithmetic, role: .known),
      ])
    }
  }

  static var perToken: Claim {
    Claim(
      .nash, "KL per token",
      "The product of each token's log-ratio with its own log-probability has the gradient of the "
        + "KL divergence of whole completions.",
      origin: .practice, known: .doesNotHold
    ) {
      let exact = Vector.numericalSlope(at: TwoSteps.logits, TwoSteps.divergence)
      return Evidence([
        Finding(
          "gradient per token", try TwoSteps.gradient(of: NashMD(isPerToken: true)), .equal, exact,
          .differences),
        Finding(
          "gradient with the ratio of whole completions",
          try TwoSteps.gradient(of: NashMD()), .equal, exact, .differences, role: .known),
        Finding(
          "exact gradient", exact, .equal,
          [0.005166, -0.005166, -0.045650, 0.045650, 0.078635, -0.078635], .sixDecimals,
          role: .known),
        Finding(
          "first step's gradient per token",
          Array(try TwoSteps.gradient(of: NashMD(isPerToken: true)).prefix(2)), .equal,
          [0.022216, -0.022216], .sixDecimals, role: .known),
      ])
    }
  }
}
