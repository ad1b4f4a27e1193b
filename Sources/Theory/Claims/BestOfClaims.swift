import Foundation
import Statistics
import Training

/// Best-of-n sampling, and the policy fitted to it.
public enum BestOfClaims {
  public static var all: [Claim] {
    [
      distribution(of: BestOfM()), nothingSelected(by: BestOfM()), tokenMeans, steps, bound,
      equality, frontier,
    ]
  }

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

  /// Policies whose own samples are fitted: the reference, and places far from it.
  private static var policies: [[Double]] {
    [World.rewarded.reference]
      + ([World.somewhere] + World.elsewhere).map(Distribution.normalised)
  }

  static func nothingSelected(by objective: some Objective) -> Claim {
    Claim(
      .bestOf, "Nothing selected",
      "Fitted to samples of its own, one for each prompt, a policy stays where it is, however long "
        + "its responses are."
    ) {
      let world = World.rewarded
      let found = try policies.map { policy in
        let own = world.singles(from: policy)
        return (
          policy: policy, slope: try own.expected(objective, at: policy.map { log($0) }).gradient,
          minimiser: try own.minimiser(of: objective, from: [0, 0, 0, 0])
        )
      }
      return Evidence(
        found.enumerated().flatMap { place, found in
          [
            Finding(
              "gradient at policy \(place + 1)", found.slope, .equal, found.slope.map { _ in 0 },
              .arithmetic),
            Finding(
              "π fitted to policy \(place + 1)", found.minimiser, .equal, found.policy, .descent),
            Finding(
              "mean tokens", world.expectedLength(found.minimiser), .equal,
              world.expectedLength(found.policy), .descent),
          ]
        })
    }
  }

  /// The likelihood as some code has it: the mean over the tokens of each completion.
  static var tokenMeans: Claim {
    Claim(
      .bestOf, "Token means",
      "The same holds with the mean over each completion's tokens in the place of the sum.",
      origin: .practice, known: .doesNotHold
    ) {
      let world = World.rewarded
      let objective = BestOfM(normalisation: .mean)
      return Evidence(
        try policies.enumerated().flatMap { place, policy in
          let fitted = try world.singles(from: policy)
            .minimiser(of: objective, from: [0, 0, 0, 0])
          let shortened = zip(policy, world.lengths).map { $0 / Double($1) }
          return [
            Finding(
              "mean tokens after the fit to policy \(place + 1)", world.expectedLength(fitted),
              .equal, world.expectedLength(policy), .descent),
            Finding(
              "π fitted to policy \(place + 1) is p(y)/|y|", fitted, .equal,
              shortened.map { $0 / shortened.reduce(0, +) }, .descent, role: .known),
          ]
        })
    }
  }

  /// What dividing by the tokens of the very step leaves.
  static var steps: Claim {
    Claim(
      .bestOf, "Steps",
      "Steps that divide the sum by their own tokens pull towards short texts where nothing is "
        + "selected, by one over the prompts of a step."
    ) {
      let world = World.rewarded
      let objective = BestOfM()
      func slope(_ prompts: Int) throws -> [Double] {
        let steps = world.groups(prompts)
        var shares = world.reference.map { _ in 0.0 }
        for (step, probability) in zip(steps.groups, steps.weights) {
          let tokens = step.reduce(0) {
            $0 + objective.weight(lengths: [world.lengths[$1]], rewards: [world.rewards[$1]])
          }
          for response in step { shares[response] += probability / tokens }
        }
        return try world.singles(from: shares)
          .expected(objective, at: world.logReference).gradient
      }
      let slopes = try [1, 2, 4, 8, 16].map(slope)
      let sizes = slopes.map(Vector.length)
      let tokens = world.lengths.map { Double($0) - world.expectedLength(world.reference) }
      let means = try world.singles(from: world.reference)
        .expected(BestOfM(normalisation: .mean), at: world.logReference).gradient
      return Evidence(
        [
          Finding(
            "pull on short texts at 16 prompts", -Vector.inner(slopes[4], tokens), .atMost, 0, .none
          ),
          Finding("gradient at 8 over at 4 prompts", sizes[3] / sizes[2], .atMost, 0.6, .none),
          Finding("gradient at 16 over at 8 prompts", sizes[4] / sizes[3], .atMost, 0.55, .none),
          Finding(
            "gradient at 1 prompt is that of token means", slopes[0], .equal, means, .arithmetic,
            role: .known),
        ],
        curves: [
          Curve(
            "length of the gradient", x: "prompts of a step", y: "nats per token",
            Array(zip([1, 2, 4, 8, 16], sizes)))
        ])
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
