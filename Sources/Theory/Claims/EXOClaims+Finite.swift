import Foundation
import Training

extension EXOClaims {
  /// The losses of few candidates.
  static func finiteLosses(of objective: some Objective) -> Claim {
    Claim(
      .exo, "Equation 15",
      "The loss of K candidates lies below the divergence that it stands for, and rises with K."
    ) {
      let world = World.rewarded
      let flat = [0.0, 0, 0, 0]
      let limit = Distribution.divergence(of: world.smoothed(flat, 0.5), from: world.optimum(0.5))
      let losses = try [2, 3, 4, 8, 16].map {
        ($0, try world.groups($0).expected(objective, at: flat).value)
      }
      // The same by tuples, in which nothing was counted together.
      let four = Population(
        world, groups: world.tuples(4),
        weights: world.tuples(4).map { $0.reduce(1) { $0 * world.reference[$1] } })
      var findings = zip(losses, losses.dropFirst()).map { less, more in
        Finding(
          "loss of \(more.0) candidates, beside that of \(less.0)", more.1, .atLeast, less.1, .none)
      }
      findings.append(
        Finding("loss of 16 candidates, beside the divergence", losses[4].1, .atMost, limit, .none))
      findings.append(
        Finding(
          "loss at K → ∞", try world.proportional().expected(objective, at: flat).value, .equal,
          limit, .arithmetic))
      findings.append(
        Finding(
          "losses of 2, 3 and 4 candidates and the divergence",
          losses.prefix(3).map(\.1) + [limit], .equal, [0.330646, 0.487807, 0.573683, 0.798296],
          .sixDecimals, role: .known))
      findings.append(
        Finding(
          "256 tuples of 4 candidates", try four.expected(objective, at: flat).value, .equal,
          losses[2].1, .arithmetic, role: .known))
      return Evidence(
        findings,
        curves: [
          Curve(
            "EXO-rw", x: "candidates K", y: "expected loss", losses.map { (Double($0.0), $0.1) }),
          Curve(
            "KL", x: "candidates K", y: "expected loss",
            [(Double(losses[0].0), limit), (16, limit)]),
        ])
    }
  }

  /// Whatever is drawn, there is nothing left to learn at the optimum.
  static func exactness(of objective: some Objective, and forward: some Objective) -> Claim {
    Claim(
      .exo, "Exactness",
      "At the optimal policy of strength β_r β_π every group of candidates, of any size and with "
        + "duplicates, has loss 0, and DPO-rw has no gradient."
    ) {
      let world = World.rewarded
      let optimum = world.optimum(0.25).map { log($0) }
      var findings: [Finding] = []
      for count in 1...4 {
        let population = Population(
          world, groups: world.tuples(count), weights: world.tuples(count).map { _ in 1 })
        findings.append(
          Finding(
            "largest loss of \(population.groups.count) groups of \(count)",
            try population.losses(objective, at: optimum).map(abs).max() ?? .nan, .equal, 0,
            .arithmetic))
        for group in [population.groups[0], population.groups[population.groups.count / 2]] {
          findings.append(
            Finding(
              "gradient of DPO-rw on group \(group)",
              try Population(world, groups: [group], weights: [1])
                .expected(forward, at: optimum).gradient, .equal, [0, 0, 0, 0], .arithmetic))
        }
      }
      // Elsewhere there is something to learn, so that the numbers above are not 0 of themselves.
      findings.append(
        Finding(
          "largest loss of pairs at the reference",
          try Population(world, groups: world.tuples(2), weights: world.tuples(2).map { _ in 1 })
            .losses(objective, at: world.logReference).max() ?? .nan, .atLeast, 0.1, .none))
      return Evidence(findings)
    }
  }

  /// EXO-pref ends at a finite margin.
  static var pairOptimum: Claim {
    Claim(
      .exo, "EXO-pref",
      "With smoothed labels the loss of a pair is least, and 0, at the margin log((1 − ε) / ε) "
        + "of β_π times the log-ratios; DPO's labels without smoothing have no such margin."
    ) {
      let world = World(reference: [0.5, 0.5], rewards: [1, 0])
      var pair = Population(world, groups: [[0, 1]], weights: [1])
      pair.preference = nil
      var findings: [Finding] = []
      for (epsilon, start) in [(1e-3, 2.761231), (1e-2, 1.614463), (1e-1, 0.510826)] {
        let objective = EXOPref(betaPi: 1, labelSmoothing: epsilon)
        let best = try Descent.minimum(from: [0.5, -0.5]) {
          try pair.expected(objective, at: $0)
        }
        findings.append(
          Finding(
            "margin at the minimum, ε \(epsilon)", best[0] - best[1], .equal,
            log((1 - epsilon) / epsilon), .descent))
        findings.append(
          Finding(
            "loss there", try pair.expected(objective, at: best).value, .equal, 0, .arithmetic))
        findings.append(
          Finding(
            "loss at margin 0, ε \(epsilon)", try pair.expected(objective, at: [0, 0]).value,
            .equal, start, .sixDecimals, role: .known))
      }
      let steep = try pair.expected(DPOPref(beta: 1), at: [15, -15])
      findings.append(
        Finding(
          "slope of DPO at margin 30", -steep.gradient[0], .equal, Distribution.sigmoid(-30),
          .init(1e-16, "e⁻³⁰ is 9e-14")))
      return Evidence(findings)
    }
  }
}
