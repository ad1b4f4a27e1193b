import Foundation
import Training

/// Identity preference optimisation, on fixed pairs and on its own.
public enum IPOClaims {
  public static var all: [Claim] {
    [minimiser(of: { IPO(tau: $0) }), online(of: { IPO(tau: $0) })]
  }

  static func minimiser(of made: @escaping @Sendable (Double) -> some Objective) -> Claim {
    Claim(
      .ipo, "Equation 17",
      "On pairs of a fixed μ, judged once, the minimum is π_ref exp(P(y ≻ μ) / τ), also where "
        + "labels are certain."
    ) {
      let world = World.game
      var findings: [Finding] = []
      for (tau, sampler) in [(0.5, world.reference), (0.2, [0.1, 0.2, 0.3, 0.4])] {
        findings.append(
          Finding(
            "π at the minimum, τ \(tau)",
            try world.pairs(from: sampler).minimiser(of: made(tau), from: World.somewhere), .equal,
            world.bestResponse(to: sampler, tau: tau), .descent))
      }
      let rewards = World.rewarded.rewards
      let certain = World(
        reference: world.reference, rewards: rewards,
        wins: rewards.map { own in rewards.map { own > $0 ? 1 : own == $0 ? 0.5 : 0 } })
      findings.append(
        Finding(
          "π at the minimum, certain labels, τ 0.5",
          try certain.pairs(from: certain.reference).minimiser(of: made(0.5), from: [0, 0, 0, 0]),
          .equal, certain.bestResponse(to: certain.reference, tau: 0.5), .descent))
      findings.append(
        Finding(
          "π at the minimum, τ 0.5", world.bestResponse(to: world.reference, tau: 0.5), .equal,
          [0.455947, 0.253330, 0.206279, 0.084443], .sixDecimals, role: .known))
      return Evidence(findings)
    }
  }

  static func online(of made: @escaping @Sendable (Double) -> some Objective) -> Claim {
    Claim(
      .ipo, "Online fixed point",
      "On fresh pairs of the policy itself the gradient is 0 at the Nash policy of the game of "
        + "strength τ, and descending it leads there."
    ) {
      let world = World.game
      let tau = 0.1
      let nash = world.nash(tau: tau)
      let there = try world.pairs(from: nash).expected(made(tau), at: nash.map { log($0) })
      var logits = world.logReference
      var gaps: [(Double, Double)] = []
      for step in 0..<500 {
        let policy = Distribution.normalised(logits)
        if step % 10 == 0 { gaps.append((Double(step), world.dualityGap(policy, tau: tau))) }
        let slope = try world.pairs(from: policy).expected(made(tau), at: logits).gradient
        logits = zip(logits, slope).map { $0 - 0.1 * $1 }
      }
      let gap = world.dualityGap(Distribution.normalised(logits), tau: tau)
      return Evidence(
        [
          Finding(
            "gradient at the Nash policy", there.gradient, .equal, [0, 0, 0, 0],
            .init(1e-5, "the policy is known by a gap below 1e-13; the slope is in units of 1/τ")),
          Finding("gap after 500 steps from the reference", gap, .atMost, 1e-8, .none),
          Finding(
            "gap at the start", world.dualityGap(world.reference, tau: tau), .equal, 0.0413237,
            .sixDecimals, role: .known),
        ],
        curves: [Curve("online IPO", x: "step", y: "duality gap", gaps.filter { $0.1 > 0 })])
    }
  }
}
