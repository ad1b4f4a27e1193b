import Foundation
import Training

/// What the game methods end at when a policy meets others beside itself.
public enum OpponentClaims {
  public static var all: [Claim] {
    [
      step(stake: 2), equilibrium, unmoved, previous,
      constantSteps("Constant steps, the reference among the opponents", anchored, .confirmed),
      constantSteps(
        "Constant steps, the previous policy among the opponents", remembering, .doesNotHold),
    ]
  }

  private static let tau = 0.1
  private static let odd = [0.1, 0.2, 0.3, 0.4]
  private static let uniform = [0.25, 0.25, 0.25, 0.25]

  /// - Parameter stake: of pairs that met another.
  static func step(stake: Double) -> Claim {
    Claim(
      .players, "A round with several opponents",
      "On pairs of π_t that are dealt to μ's members, the minimum of INPO is exp(P(y ≻ μ)/η) "
        + "π_ref^{τ/η} π_t^{1−τ/η}, that of IPO π_ref exp(P(y ≻ μ)/τ), that of DNO π_t exp(η P(y ≻ μ)/β)."
    ) {
      let world = World.game
      let others: World.Others = [(0.25, world.reference), (0.25, uniform)]
      let mixture = world.mixture(of: odd, others)
      let pairs = world.pairs(from: odd, against: others, previous: odd, stake: stake)
      let update = Distribution.normalised(
        zip(odd, world.winRates(against: mixture)).map { log($0) + $1 })
      return Evidence([
        Finding(
          "INPO, η 1, τ 0.1",
          try pairs.minimiser(of: INPO(eta: 1, tau: tau), from: World.somewhere),
          .equal, world.mirrorStep(odd, against: mixture, eta: 1, tau: tau), .descent),
        Finding(
          "IPO, τ 0.5", try pairs.minimiser(of: IPO(tau: 0.5), from: World.somewhere), .equal,
          world.bestResponse(to: mixture, tau: 0.5), .descent),
        Finding(
          "DNO, η 1, β 1",
          try pairs.minimiser(of: DNO(beta: 1, eta: 1), from: World.somewhere), .equal, update,
          .descent),
        Finding(
          "INPO's step", world.mirrorStep(odd, against: mixture, eta: 1, tau: tau), .equal,
          [0.126356, 0.230539, 0.292157, 0.350949], .sixDecimals, role: .known),
        Finding(
          "IPO's minimum", world.bestResponse(to: mixture, tau: 0.5), .equal,
          [0.417658, 0.317183, 0.177508, 0.087651], .sixDecimals, role: .known),
        Finding(
          "DNO's step", update, .equal, [0.105895, 0.213118, 0.292894, 0.388092], .sixDecimals,
          role: .known),
      ])
    }
  }

  private static let cases: [(name: String, others: World.Others, known: [Double])] = [
    (
      "a quarter reference", [(0.25, World.game.reference)],
      [0.408267, 0.180851, 0.348700, 0.062182]
    ),
    ("half reference", [(0.5, World.game.reference)], [0.459234, 0.141436, 0.344659, 0.054670]),
    (
      "a quarter reference, a quarter another", [(0.25, World.game.reference), (0.25, odd)],
      [0.496632, 0.187861, 0.260708, 0.054799]
    ),
  ]

  /// Iterates from the reference, by INPO's step with steps that decrease.
  private static func last(_ steps: Int, _ mixture: ([Double], [Double]) -> [Double]) -> [Double] {
    var (before, policy) = (World.game.reference, World.game.reference)
    for time in 0..<steps {
      let next = World.game.mirrorStep(
        policy, against: mixture(policy, before), eta: tau * Double(time + 2) / 2, tau: tau)
      (before, policy) = (policy, next)
    }
    return policy
  }

  static var equilibrium: Claim {
    Claim(
      .players, "Where several opponents lead",
      "With others that stay, INPO, online IPO and Nash-MD's gradient end at the one policy that is "
        + "its own best answer to the mixture: π_ref exp(P(y ≻ μ)/τ) with π itself in μ."
    ) {
      let world = World.game
      var findings: [Finding] = []
      for (name, others, known) in cases {
        let target = world.equilibrium(tau: tau, others)
        let mixture = world.mixture(of: target, others)
        let logits = target.map { log($0) }
        let found = last(400) { policy, _ in world.mixture(of: policy, others) }
        findings += [
          Finding(
            "KL of INPO's last iterate, t 400, \(name)",
            Distribution.divergence(of: target, from: found), .atMost, 1e-6, .none),
          Finding(
            "gradient there, online IPO, \(name)",
            try world.pairs(from: target, against: others).expected(IPO(tau: tau), at: logits)
              .gradient, .equal, [0, 0, 0, 0], .init(1e-9, "the policy is known to 1e-12")),
          Finding(
            "gradient there, Nash-MD, \(name)",
            try world.expected(NashMD(share: 0), against: mixture, at: logits, kl: tau).gradient,
            .equal, [0, 0, 0, 0], .init(1e-9, "the policy is known to 1e-12")),
          Finding("the policy, \(name)", target, .equal, known, .sixDecimals, role: .known),
        ]
      }
      return Evidence(findings)
    }
  }

  static var unmoved: Claim {
    Claim(
      .players, "The reference among the opponents",
      "With the reference among the opponents a method still ends at the Nash policy.",
      origin: .practice, known: .doesNotHold
    ) {
      let world = World.game
      let found = world.equilibrium(tau: tau, [(0.25, world.reference)])
      return Evidence([
        Finding("a quarter reference", found, .equal, world.nash(tau: tau), .sixDecimals),
        Finding(
          "its gap, a quarter and a half reference",
          [0.25, 0.5].map {
            world.dualityGap(world.equilibrium(tau: tau, [($0, world.reference)]), tau: tau)
          }, .equal, [0.002694, 0.016840], .sixDecimals, role: .known),
      ])
    }
  }

  static var previous: Claim {
    Claim(
      .players, "The previous policy among the opponents",
      "With the policy of the round before among the opponents and decreasing steps, INPO ends at the "
        + "Nash policy all the same."
    ) {
      let nash = World.game.nash(tau: tau)
      let found = [100, 400, 2000].map { steps in
        Distribution.divergence(
          of: nash, from: last(steps) { zip($0, $1).map { 0.5 * $0 + 0.5 * $1 } })
      }
      return Evidence([
        Finding("KL of the last iterate, t 2000", found[2], .atMost, 1e-8, .none),
        Finding(
          "KL of the last iterate, t 100 and 400", [found[0], found[1]], .equal,
          [7.149e-5, 3.43e-7],
          .init(6e-9, "known to three digits"), role: .known),
      ])
    }
  }

  private static func anchored(_ policy: [Double], _ before: [Double]) -> [Double] {
    World.game.mixture(of: policy, [(0.25, World.game.reference)])
  }

  private static func remembering(_ policy: [Double], _ before: [Double]) -> [Double] {
    zip(policy, before).map { 0.5 * $0 + 0.5 * $1 }
  }

  /// Steps at which self-play goes round in circles.
  private static func constantSteps(
    _ name: String, _ mixture: @escaping @Sendable ([Double], [Double]) -> [Double],
    _ known: Verdict
  ) -> Claim {
    Claim(
      .players, name,
      "With a constant η of 1.5 τ, at which INPO against itself goes round in circles, rounds come to "
        + "rest.", origin: .practice, known: known
    ) {
      let world = World.game
      /// The largest |log π_{t+1}/π_t| of rounds 250 to 300.
      func unrest(_ mixture: ([Double], [Double]) -> [Double]) -> Double {
        var (before, policy) = (world.reference, world.reference)
        var most = 0.0
        for round in 0..<300 {
          let next = world.mirrorStep(policy, against: mixture(policy, before), eta: 0.15, tau: tau)
          let moved = zip(policy, next).map { abs(log($0 / $1)) }.max() ?? .nan
          if round >= 250 { most = max(most, moved) }
          (before, policy) = (policy, next)
        }
        return most
      }
      return Evidence([
        Finding(
          "largest |log π_{t+1}/π_t|, rounds 250 to 300", unrest(mixture), .atMost, 1e-9, .none),
        Finding(
          "the same against itself alone", unrest { policy, _ in policy }, .atLeast, 0.5, .none,
          role: .known),
      ])
    }
  }
}
