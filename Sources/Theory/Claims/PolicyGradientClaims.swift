import Foundation
import Training

/// Methods of reinforcement learning, by enumerating what they draw.
public enum PolicyGradientClaims {
  public static var all: [Claim] {
    [
      exact("RLOO", of: RLOO(), samples: 3), exact("REINFORCE", of: Reinforce(), samples: 2),
      exact("Plain policy gradient", of: PolicyGradient(), samples: 1),
      exact("PPO, first step", of: PPO(whitensAdvantages: false), samples: 1),
      ownBaseline, deviation, divergence(.k3, known: .doesNotHold), divergence(.k2),
      ends("RLOO", of: RLOO(), samples: 2),
      ends("PPO", of: PPO(whitensAdvantages: false), samples: 1, updates: 4),
    ]
  }

  private static let logits = [0.3, -0.1, 0.2, 0.5]

  private static func ascent(
    _ method: some RolloutObjective, _ samples: Int, kl: Double = 0, at place: [Double] = logits,
    drawnAt old: [Double]? = nil
  ) throws -> [Double] {
    try World.rewarded.expected(method, samples: samples, at: place, drawnAt: old, kl: kl)
      .gradient.map { -$0 }
  }

  static func exact(_ name: String, of method: some RolloutObjective, samples: Int) -> Claim {
    Claim(
      .policyGradient, name,
      "The expected gradient over \(samples == 1 ? "single samples" : "\(samples) samples") is that "
        + "of E[r] − β KL(π ∥ π_ref)."
    ) {
      let world = World.rewarded
      var findings: [Finding] = []
      for (kl, place) in [(0, logits), (0.5, logits), (0.5, World.elsewhere[1])] {
        findings.append(
          Finding(
            "gradient, β \(kl)", try ascent(method, samples, kl: kl, at: place), .equal,
            world.valueSlope(at: place, kl), .arithmetic))
      }
      findings += [
        Finding(
          "closed form, beside finite differences", world.valueSlope(at: logits, 0.5), .equal,
          Vector.numericalSlope(at: logits) {
            world.value(Distribution.normalised($0), 0.5)
          }, .differences, role: .known),
        Finding(
          "gradient of E[r]", world.valueSlope(at: logits, 0), .equal,
          [-0.299163, -0.023975, 0.205968, 0.117171], .sixDecimals, role: .known),
      ]
      return Evidence(findings)
    }
  }

  /// Dr. GRPO.
  static var ownBaseline: Claim {
    Claim(
      .policyGradient, "A baseline that contains the sample",
      "Subtracting the mean of all k samples shrinks the gradient by exactly (k − 1) / k."
    ) {
      let world = World.rewarded
      return Evidence(
        try [2, 3, 4].map { samples in
          Finding(
            "gradient, k \(samples)", try ascent(GRPO(reduction: .constant), samples), .equal,
            Vector.scaled(
              world.valueSlope(at: logits, 0), Double(samples - 1) / Double(samples)),
            .arithmetic)
        })
    }
  }

  static var deviation: Claim {
    Claim(
      .policyGradient, "GRPO's direction",
      "GRPO's expected gradient has the direction of that of E[r].", origin: .practice,
      known: .doesNotHold
    ) {
      let exact = World.rewarded.valueSlope(at: logits, 0)
      let found = try ascent(GRPO(), 3)
      return Evidence([
        Finding("cosine", Vector.cosine(found, exact), .equal, 1, .init(1e-6, "of one direction")),
        Finding(
          "gradient, k 3", found, .equal, [-0.217311, -0.049745, 0.187659, 0.079397], .sixDecimals,
          role: .known),
        Finding(
          "cosine", Vector.cosine(found, exact), .equal, 0.988, .threeDecimals, role: .known),
      ])
    }
  }

  /// - Parameter estimator: k3 as in the paper.
  static func divergence(_ estimator: KLEstimator, known: Verdict = .confirmed) -> Claim {
    Claim(
      .policyGradient, "\(estimator.rawValue) inside the loss",
      "\(estimator.rawValue) of samples of the policy, as a term of the loss, has the gradient of "
        + "KL(π ∥ π_ref).", origin: known == .confirmed ? .paper : .practice, known: known
    ) {
      let world = World.rewarded
      let policy = Distribution.normalised(logits)
      let ratios = zip(policy, world.reference).map { log($0 / $1) }
      let reverse = Distribution.slope(of: ratios, under: policy)
      let forward = Vector.difference(policy, world.reference)
      let method = GRPO(estimator: estimator)
      let pull = Vector.scaled(
        Vector.difference(
          try ascent(method, 2), try ascent(method, 2, kl: 0.7)), 1 / 0.7)
      var findings = [Finding("gradient of the term", pull, .equal, reverse, .arithmetic)]
      if estimator == .k3 {
        findings.append(
          Finding(
            "gradient of the term, beside that of KL(π_ref ∥ π)", pull, .equal, forward,
            .arithmetic,
            role: .known))
      }
      return Evidence(findings)
    }
  }

  /// - Parameter updates: of each rollout.
  static func ends(
    _ name: String, of method: some RolloutObjective, samples: Int, updates: Int = 1
  ) -> Claim {
    Claim(
      .policyGradient, "Where \(name) ends",
      "Following the expected gradient, \(updates == 1 ? "once" : "\(updates) times") for each "
        + "rollout, ends at the optimal policy π*_β."
    ) {
      let world = World.rewarded
      var place = [0.0, 0, 0, 0]
      var values: [(Double, Double)] = []
      for step in 0..<400 {
        if step % 10 == 0 {
          values.append((Double(step), world.value(Distribution.normalised(place), 0.5)))
        }
        let old = place
        for _ in 0..<updates {
          place = zip(place, try ascent(method, samples, kl: 0.5, at: place, drawnAt: old))
            .map { $0 + 2 / Double(updates) * $1 }
        }
      }
      let best = 0.5 * world.logNormaliser(0.5)
      let policy = Distribution.normalised(place)
      return Evidence(
        [
          Finding("π after 400 steps, β ½", policy, .equal, world.optimum(0.5), .descent),
          Finding("J there, beside β log Z", world.value(policy, 0.5), .equal, best, .arithmetic),
          Finding("β log Z", best, .equal, 1.371866, .sixDecimals, role: .known),
        ],
        curves: [
          Curve(name, x: "step", y: "J", values),
          Curve("β log Z", x: "step", y: "J", [(0, best), (390, best)]),
        ])
    }
  }
}
