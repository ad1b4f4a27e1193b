import Foundation
import Statistics
import Training

/// Best-of-n sampling, and the policy fitted to it.
public enum BestOfClaims {
  public static var all: [Claim] { [distribution(of: BestOfM()), bound, equality, frontier] }

  static func distribution(of objective: some Objective) -> Claim {
    Claim(
      .bestOf, "Distribution",
      "Best-of-n draws y with probability F(y)ⁿ − F⁻(y)ⁿ, and a policy fitted to the best of m "
        + "candidates has its minimum there."
    ) {
      let world = World.rewarded
      var findings: [Finding] = []
      for (count, known) in [
        (2, [0.16, 0.33, 0.36, 0.15]), (4, [0.0256, 0.2145, 0.5904, 0.1695]),
      ] {
        var drawn = [0.0, 0, 0, 0]
        for tuple in world.tuples(count) {
          let best = tuple.max { world.rewards[$0] < world.rewards[$1] } ?? 0
          drawn[best] += tuple.reduce(1) { $0 * world.reference[$1] }
        }
        findings.append(
          Finding("best of \(count), closed form", world.bestOf(count), .equal, drawn, .arithmetic))
        findings.append(
          Finding(
            "π fitted to the best of \(count)",
            try world.groups(count).minimiser(of: objective, from: [0, 0, 0, 0]), .equal, drawn,
            .descent))
        findings.append(
          Finding("best of \(count)", drawn, .equal, known, .arithmetic, role: .known))
      }
      findings.append(
        Finding(
          "E[r] at n 2, 4, 8, 16", [2, 4, 8, 16].map { world.expectedReward(world.bestOf($0)) },
          .equal, [1.275, 1.64955, 1.886635, 1.984264], .sixDecimals, role: .known))
      findings.append(
        Finding(
          "wins against the reference at n 2 and 4",
          [2, 4].map { world.winRate(world.bestOf($0)) }, .equal, [0.65, 0.78158],
          .init(6e-6, "known to five decimals"), role: .known))
      return Evidence(findings)
    }
  }

  static var bound: Claim {
    Claim(
      .bestOf, "Bound",
      "KL(best-of-n ∥ π_ref) is at most log n − (n − 1)/n, and at most n/(n + 1) of its draws beat "
        + "the reference."
    ) {
      let world = World.rewarded
      let counts = [1, 2, 4, 8, 16, 64]
      let policies = counts.map(world.bestOf)
      let divergences = policies.map(world.divergence)
      let bounds = counts.map { BestOf.klBound($0) ?? .nan }
      func estimate(_ n: Int) -> Double {
        Distribution.mean(
          world.logReference.map { BestOf.klTerm(n, logProbability: $0) ?? .nan },
          under: world.bestOf(n))
      }
      return Evidence(
        [
          Finding("KL at n 1, 2, 4, 8, 16, 64", divergences, .atMost, bounds, .arithmetic),
          Finding(
            "wins", policies.map(world.winRate), .atMost,
            counts.map { BestOf.winRateBound($0) ?? .nan }, .arithmetic),
          Finding(
            "KL", Array(divergences[1...]), .equal,
            [0.157269, 0.586210, 1.098341, 1.486831, 1.609429], .sixDecimals, role: .known),
          Finding(
            "bounds at n 2, 4, 8, 16", Array(bounds[1..<5]), .equal,
            [0.193147, 0.636294, 1.204442, 1.835089], .sixDecimals, role: .known),
          Finding(
            "estimator from the chosen response's probability, n 2, 4, 16",
            [2, 4, 16].map(estimate), .equal, [0.190917, 0.620425, 1.499313], .sixDecimals,
            role: .known),
        ],
        curves: [
          Curve("KL", x: "n", y: "nats", Array(zip(counts.map(Double.init), divergences))),
          Curve("bound", x: "n", y: "nats", Array(zip(counts.map(Double.init), bounds))),
        ])
    }
  }

  /// The formula as it is often used: as the divergence itself.
  static var equality: Claim {
    Claim(
      .bestOf, "Formula as a value", "KL(best-of-n ∥ π_ref) equals log n − (n − 1)/n.",
      origin: .practice, known: .doesNotHold
    ) {
      let world = World.rewarded
      let exact = world.divergence(world.bestOf(64))
      return Evidence([
        Finding("KL at n 64", BestOf.klBound(64) ?? .nan, .equal, exact, .threeDecimals),
        Finding(
          "KL at n 64 is that of the best response alone, log 5", exact, .equal, log(5),
          .init(2e-5, "the best response is not drawn once in a million"), role: .known),
      ])
    }
  }

  static var frontier: Claim {
    Claim(
      .bestOf, "Frontier",
      "At equal KL the optimal policy has a higher reward than best-of-n, by little."
    ) {
      let world = World.rewarded
      var findings: [Finding] = []
      for (count, reward, beta) in [
        (2, 1.284629, 1.352981), (4, 1.657451, 0.603117), (8, 1.887893, 0.326117),
      ] {
        let policy = world.bestOf(count)
        let equal = world.beta(atDivergence: world.divergence(policy))
        let optimal = world.expectedReward(world.optimum(equal))
        findings += [
          Finding(
            "E[r] of best of \(count)", world.expectedReward(policy), .atMost, optimal, .none),
          Finding(
            "what it lacks", optimal - world.expectedReward(policy), .atMost, 0.01, .none),
          Finding(
            "the optimal policy's reward and β", [optimal, equal], .equal, [reward, beta],
            .init(2e-6, "known to six decimals, β by bisection"), role: .known),
        ]
      }
      return Evidence(findings)
    }
  }
}
