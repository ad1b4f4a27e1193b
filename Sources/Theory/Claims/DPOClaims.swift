import Foundation
import Training

/// DPO as the forward KL of pairs.
public enum DPOClaims {
  public static var all: [Claim] {
    [minimiser(of: DPOPref(beta: 0.5)), online(of: DPOPref(beta: 0.5)), certainLabels]
  }

  static func minimiser(of objective: some Objective) -> Claim {
    Claim(
      .dpo, "Population minimiser",
      "With labels of Bradley and Terry on pairs of any distribution with full support, the minimum "
        + "of DPO is the policy that is optimal for the reward."
    ) {
      let world = World.rewarded
      var findings: [Finding] = []
      for sampler in [[0.1, 0.2, 0.3, 0.4], world.reference, [0.25, 0.25, 0.25, 0.25]] {
        findings.append(
          Finding(
            "π at the minimum, pairs from \(sampler)",
            try world.pairs(from: sampler).minimiser(of: objective, from: World.somewhere), .equal,
            world.optimum(0.5), .descent))
      }
      let pairs = world.pairs(from: [0.1, 0.2, 0.3, 0.4])
      findings.append(
        Finding(
          "π*_½", world.optimum(0.5), .equal, [0.025732, 0.142601, 0.702457, 0.129210],
          .sixDecimals, role: .known))
      findings.append(
        Finding(
          "least loss", try pairs.expected(objective, at: world.optimum(0.5).map { log($0) }).value,
          .equal, 0.626160, .sixDecimals, role: .known))
      findings.append(
        Finding(
          "loss at the reference", try pairs.expected(objective, at: world.logReference).value,
          .equal, log(2), .arithmetic, role: .known))
      return Evidence(findings)
    }
  }

  static func online(of objective: some Objective) -> Claim {
    Claim(
      .dpo, "Online",
      "On fresh pairs of the policy itself, labelled by Bradley and Terry, descending the loss ends "
        + "at the policy that is optimal for the reward."
    ) {
      let world = World.rewarded
      var logits = world.logReference
      var values: [(Double, Double)] = []
      for step in 0..<2000 {
        let policy = Distribution.normalised(logits)
        if step % 20 == 0 { values.append((Double(step), world.value(policy, 0.5))) }
        let slope = try world.pairs(from: policy).expected(objective, at: logits).gradient
        logits = zip(logits, slope).map { $0 - 4 * $1 }
      }
      let best = 0.5 * world.logNormaliser(0.5)
      return Evidence(
        [
          Finding(
            "π after 2,000 steps, β ½", Distribution.normalised(logits), .equal,
            world.optimum(0.5), .descent)
        ],
        curves: [
          Curve("online DPO", x: "step", y: "J", values),
          Curve("β log Z", x: "step", y: "J", [(0, best), (1980, best)]),
        ])
    }
  }

  /// What data sets hold: every pair judged once.
  static var certainLabels: Claim {
    Claim(
      .dpo, "Certain labels",
      "The minimum of DPO is the optimal policy where every pair is labelled by the higher reward.",
      origin: .practice, known: .doesNotHold
    ) {
      let world = World.rewarded
      var pairs = world.pairs(from: world.reference)
      pairs.preference = pairs.groups.map { pair in
        let (first, second) = (world.rewards[pair[0]], world.rewards[pair[1]])
        return first > second ? 1 : first == second ? 0.5 : 0
      }
      let objective = DPOPref(beta: 0.5)
      let optimum = world.optimum(0.5).map { log($0) }
      let there = try pairs.expected(objective, at: optimum)
      let far = try pairs.expected(
        objective, at: zip(world.logReference, world.rewards).map { $0 + 100 * $1 })
      // Pairs of one response twice are the rest: log 2 with the chance to draw them.
      let rest = log(2) * world.reference.reduce(0) { $0 + $1 * $1 }
      return Evidence([
        Finding(
          "gradient at the optimal policy", there.gradient, .equal, [0, 0, 0, 0], .arithmetic),
        Finding(
          "loss where every margin is 25 or more: the infimum, at no finite policy", far.value,
          .equal, rest, .init(1e-10, "e⁻²⁵ is 1e-11"), role: .known),
      ])
    }
  }
}
