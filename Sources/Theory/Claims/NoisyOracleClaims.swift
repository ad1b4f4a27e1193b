import Foundation
import Training

/// What the game methods end at when the oracle flips answers, or when several oracles share the
/// questions.
public enum NoisyOracleClaims {
  public static var all: [Claim] {
    [
      flip, unmoved, ends(at: { World.game.flipped($0) }), mixed, averaged, flippedPairs,
      corrected(of: { RobustDPO(beta: 0.5, labelSmoothing: $0) }), onlineLabels,
    ]
  }

  private static let tau = 0.1
  /// The Nash policy of testbed B without regularisation: the fourth response is beaten.
  private static let unregularised = [0.3, 0.3, 0.4, 0]
  /// Testbed B, whose questions Bradley and Terry answer to three tenths.
  static let shared = World.game.mixed(with: [(0.3, World.rewarded)])

  /// Symmetric noise is a weaker preference, and so a stronger pull to the reference.
  static var flip: Claim {
    Claim(
      .players, "Flipped answers",
      "With a flip of rate f the Nash policy of strength τ is the noiseless one of strength "
        + "τ/(1 − 2f); that of the game without regularisation does not move."
    ) {
      let world = World.game
      var findings: [Finding] = []
      for (share, known) in [
        (0.1, [0.403690, 0.208032, 0.317903, 0.070375]),
        (0.2, [0.423798, 0.208830, 0.292611, 0.074761]),
        (0.3, [0.441224, 0.220440, 0.258541, 0.079795]),
      ] {
        let found = world.flipped(share).equilibrium(tau: tau, [])
        findings += [
          Finding(
            "Nash policy, f \(share)", found, .equal,
            world.equilibrium(tau: tau / (1 - 2 * share), []),
            .init(1e-10, "two fixed points, each found to 1e-12")),
          Finding("Nash policy, f \(share)", found, .equal, known, .sixDecimals, role: .known),
        ]
      }
      findings += [0, 0.2, 0.4].map { share in
        Finding(
          "gap of [0.3, 0.3, 0.4, 0] without regularisation, f \(share)",
          world.flipped(share).dualityGap(unregularised, tau: 0), .equal, 0, .arithmetic)
      }
      return Evidence(findings)
    }
  }

  static var unmoved: Claim {
    Claim(
      .players, "Flipped answers, regularised",
      "Noise that hits both sides alike leaves the Nash policy of the regularised game where it is.",
      origin: .practice, known: .doesNotHold
    ) {
      let nash = World.game.nash(tau: tau)
      return Evidence(
        [0.1, 0.2].map { share in
          Finding(
            "Nash policy, f \(share)", World.game.flipped(share).nash(tau: tau), .equal, nash,
            .sixDecimals)
        } + [
          Finding(
            "its gap in the game without noise, f 0.2",
            World.game.dualityGap(World.game.flipped(0.2).nash(tau: tau), tau: tau), .equal,
            0.003325, .sixDecimals, role: .known)
        ])
    }
  }

  /// KL(target ∥ π) after `steps` of INPO, and of Nash-MD, with decreasing steps.
  private static func distances(_ world: World, to target: [Double], steps: Int) -> [Double] {
    var (inpo, nash) = (world.reference, world.reference)
    for time in 0..<steps {
      inpo = world.mirrorStep(inpo, eta: tau * Double(time + 2) / 2, tau: tau)
      nash = world.nashMirrorStep(nash, eta: 2 / (tau * Double(time + 2)), tau: tau)
    }
    return [inpo, nash].map { Distribution.divergence(of: target, from: $0) }
  }

  /// Gradients of online IPO and of Nash-MD against itself.
  private static func slopes(_ world: World, at policy: [Double]) throws -> [(String, [Double])] {
    let logits = policy.map { log($0) }
    return [
      (
        "online IPO",
        try world.pairs(from: policy).expected(IPO(tau: tau), at: logits).gradient
      ),
      (
        "Nash-MD against itself",
        try world.expected(NashMD(share: 0), against: policy, at: logits, kl: tau).gradient
      ),
    ]
  }

  /// - Parameter noisy: the world with a flip of a rate.
  static func ends(at noisy: @escaping @Sendable (Double) -> World) -> Claim {
    Claim(
      .players, "Where methods end under noise",
      "With flipped answers INPO and Nash-MD with decreasing steps, and online IPO, end at the Nash "
        + "policy of the noisy oracle; a step of INPO is a noiseless one of η/(1 − 2f) and τ/(1 − 2f), "
        + "one of multiplicative weights (SPPO, DNO) a noiseless one of (1 − 2f) η."
    ) {
      let odd = [0.1, 0.2, 0.3, 0.4]
      let share = 0.2
      let world = noisy(share)
      let target = World.game.nash(tau: tau / (1 - 2 * share))
      let found = distances(world, to: target, steps: 400)
      var findings = [
        Finding("KL of the last iterate, INPO, t 400", found[0], .atMost, 1e-6, .none),
        Finding("KL of the last iterate, Nash-MD, t 400", found[1], .atMost, 2e-6, .none),
        Finding(
          "step of INPO by training, η 1",
          try world.pairs(from: odd, previous: odd)
            .minimiser(of: INPO(eta: 1, tau: tau), from: World.somewhere), .equal,
          World.game.mirrorStep(odd, eta: 1 / 0.6, tau: tau / 0.6), .descent),
        Finding(
          "step of DNO by training, η 1",
          try world.pairs(from: odd, previous: odd)
            .minimiser(of: DNO(beta: 1, eta: 1), from: World.somewhere), .equal,
          World.game.multiplicativeStep(odd, eta: 0.6), .descent),
        Finding(
          "step of INPO, η 1", world.mirrorStep(odd, eta: 1, tau: tau), .equal,
          [0.121522, 0.233963, 0.287015, 0.357500], .sixDecimals, role: .known),
      ]
      findings += try slopes(world, at: target).map { name, slope in
        Finding(
          "gradient there, \(name)", slope, .equal, [0, 0, 0, 0],
          .init(1e-5, "the policy is known by a gap below 1e-13; the slope is in units of 1/τ"))
      }
      return Evidence(findings)
    }
  }

  static var mixed: Claim {
    Claim(
      .players, "Mixed oracles",
      "Where several oracles share the questions, methods end at the Nash policy of their mean "
        + "preference."
    ) {
      let world = shared
      let target = world.nash(tau: tau)
      let found = distances(world, to: target, steps: 400)
      let spoilt = World.game.flipped(0.05).mixed(with: [(0.3, World.rewarded)])
      return Evidence(
        [
          Finding("KL of the last iterate, INPO, t 400", found[0], .atMost, 1e-6, .none),
          Finding("KL of the last iterate, Nash-MD, t 400", found[1], .atMost, 2e-6, .none),
        ]
          + (try slopes(world, at: target).map { name, slope in
            Finding(
              "gradient there, \(name)", slope, .equal, [0, 0, 0, 0],
              .init(1e-5, "the policy is known by a gap below 1e-13"))
          }) + [
            Finding(
              "Nash policy", target, .equal, [0.275571, 0.307880, 0.324735, 0.091813],
              .sixDecimals, role: .known),
            Finding(
              "Nash policy where the first member flips 0.05", spoilt.nash(tau: tau), .equal,
              [0.270939, 0.310167, 0.323629, 0.095265], .sixDecimals, role: .known),
          ])
    }
  }

  static var averaged: Claim {
    Claim(
      .players, "Mixed oracles, mixed policies",
      "The Nash policy of mixed oracles is the mixture of the members' Nash policies.",
      origin: .practice, known: .doesNotHold
    ) {
      let parts = [World.game.nash(tau: tau), World.rewarded.nash(tau: tau)]
      let average = zip(parts[0], parts[1]).map { 0.7 * $0 + 0.3 * $1 }
      return Evidence([
        Finding("Nash policy", shared.nash(tau: tau), .equal, average, .fourDecimals),
        Finding(
          "mixture of the Nash policies", average, .equal,
          [0.279084, 0.181840, 0.458876, 0.080200], .sixDecimals, role: .known),
      ])
    }
  }

  private static let flippedKnown = [
    (0.1, [0.061363, 0.204949, 0.589779, 0.143909]),
    (0.2, [0.117525, 0.256752, 0.479888, 0.145835]),
  ]

  /// DPO takes flipped labels for a smaller reward.
  static var flippedPairs: Claim {
    Claim(
      .players, "DPO with flipped labels",
      "On pairs of a fixed distribution whose labels are flipped at rate f, the minimum of DPO is the "
        + "optimal policy.", origin: .practice, known: .doesNotHold
    ) {
      var findings: [Finding] = []
      for (share, known) in flippedKnown {
        let found = try World.rewarded.flipped(share).pairs(from: World.rewarded.reference)
          .minimiser(of: DPOPref(beta: 0.5), from: World.rewarded.logReference)
        findings += [
          Finding(
            "π at the minimum, f \(share)", found, .equal, World.rewarded.optimum(0.5), .descent),
          Finding("π at the minimum, f \(share)", found, .equal, known, .descent, role: .known),
        ]
      }
      return Evidence(findings)
    }
  }

  static func corrected(of made: @escaping @Sendable (Double) -> some Objective) -> Claim {
    Claim(
      .players, "Robust DPO with flipped labels",
      "Corrected by the rate at which labels are flipped, DPO has the optimal policy as its minimum."
    ) {
      return Evidence(
        try [0.1, 0.2].map { share in
          Finding(
            "π at the minimum, f \(share)",
            try World.rewarded.flipped(share).pairs(from: World.rewarded.reference)
              .minimiser(of: made(share), from: World.rewarded.logReference), .equal,
            World.rewarded.optimum(0.5), .descent)
        })
    }
  }

  /// Where online DPO ends: probabilities of labels are those of no reward any more.
  static var onlineLabels: Claim {
    Claim(
      .players, "Online DPO under noise",
      "On fresh pairs with flipped labels online DPO ends at the optimal policy, and in a game at the "
        + "Nash policy of the noisy oracle.", origin: .practice, known: .doesNotHold
    ) {
      func end(_ world: World, beta: Double, rate: Double) throws -> [Double] {
        var logits = world.logReference
        for _ in 0..<2000 {
          let policy = Distribution.normalised(logits)
          let slope = try world.pairs(from: policy).expected(DPOPref(beta: beta), at: logits)
          logits = zip(logits, slope.gradient).map { $0 - rate * $1 }
        }
        return Distribution.normalised(logits)
      }
      let bradley = try end(World.rewarded.flipped(0.1), beta: 0.5, rate: 4)
      let game = World.game.flipped(0.2)
      let there = try end(game, beta: 1, rate: 2)
      return Evidence([
        Finding(
          "π after 2,000 steps, f 0.1, β ½", bradley, .equal, World.rewarded.optimum(0.5), .descent),
        Finding(
          "least gap in the game, f 0.2, β 1, over τ from 0.05 to 2",
          stride(from: 0.05, through: 2, by: 0.05).map { game.dualityGap(there, tau: $0) }.min()
            ?? .nan, .atMost, 1e-10, .none),
        Finding(
          "π after 2,000 steps, f 0.1", bradley, .equal, [0.064423, 0.193618, 0.603304, 0.138655],
          .sixDecimals, role: .known),
        Finding(
          "π in the game, f 0.2", there, .equal, [0.442484, 0.243223, 0.228914, 0.085379],
          .sixDecimals, role: .known),
      ])
    }
  }
}
