import Foundation
import Torch
import Training

/// Iterative Nash policy optimisation: its loss, its step, and where its steps lead.
public enum INPOClaims {
  public static var all: [Claim] {
    [
      proposition(of: INPO(eta: 1, tau: 0.1)), step(of: { INPO(eta: $0, tau: $1) }),
      bestOfMany(of: INPO(eta: 1, tau: 0.1)), mixture, lastIterate, largeSteps, experiments,
    ]
  }

  private static let odd = [0.1, 0.2, 0.3, 0.4]

  /// Equation 7: the regression on win rates themselves, over the pairs of a population.
  private static func noiseless(
    _ population: Population, at logits: [Double], eta: Double, tau: Double
  ) -> Double {
    let world = population.world
    let policy = Distribution.normalised(logits)
    guard let previous = population.previous else { return .nan }
    let rates = world.winRates(against: previous)
    let ratios = policy.indices.map {
      log(policy[$0]) - tau / eta * world.logReference[$0]
        - (1 - tau / eta) * log(previous[$0])
    }
    return zip(population.groups, population.weights).reduce(0) { sum, group in
      let (first, second) = (group.0[0], group.0[1])
      let distance =
        ratios[first] - ratios[second] - (rates[first] - rates[second]) / eta
      return sum + group.1 * distance * distance
    }
  }

  /// Policies without design, by their logits.
  private static func places() throws(TorchError) -> [[Double]] {
    let numbers: [Double] = try Generator(seed: 0, stream: "theory")
      .normal([12, 4], deviation: 1.5).converted(to: .float64).values()
    return stride(from: 0, to: 48, by: 4).map { Array(numbers[$0..<$0 + 4]) }
  }

  /// The production loss less equation 7, at every place.
  private static func differences(
    _ objective: some Objective, _ population: Population, eta: Double, tau: Double
  ) throws -> [Double] {
    try places().map { logits in
      try population.expected(objective, at: logits).value
        - noiseless(population, at: logits, eta: eta, tau: tau)
    }
  }

  /// - Parameter objective: of η 1 and τ 0.1.
  static func proposition(of objective: some Objective) -> Claim {
    Claim(
      .inpo, "Proposition 6",
      "The loss on pairs of π_t, judged once, is the regression on win rates up to a constant that "
        + "does not depend on the policy."
    ) {
      let world = World.game
      var findings: [Finding] = []
      for previous in [odd, world.reference] {
        let population = world.pairs(from: previous, previous: previous)
        let found = try differences(objective, population, eta: 1, tau: 0.1)
        findings.append(
          Finding(
            "difference at 12 policies, π_t \(previous)", found, .equal,
            found.map { _ in found[0] }, .arithmetic))
        if previous == odd {
          findings.append(
            Finding(
              "the constant", found[0], .equal, 0.2398, .fourDecimals, role: .known))
        }
      }
      return Evidence(findings)
    }
  }

  static func step(of made: @escaping @Sendable (Double, Double) -> some Objective) -> Claim {
    Claim(
      .inpo, "Equation 5 and Lemma 5",
      "The one minimum of the loss is the mirror step exp(P(y ≻ π_t)/η) π_ref^{τ/η} π_t^{1−τ/η}."
    ) {
      let world = World.game
      var findings: [Finding] = []
      for (previous, eta, tau) in [
        (world.reference, 1.0, 0.1), (odd, 1, 0.1), (odd, 0.3, 0.1), (odd, 0.1, 0),
      ] {
        let exact = world.mirrorStep(previous, eta: eta, tau: tau)
        let population = world.pairs(from: previous, previous: previous)
        for start in [World.somewhere, World.elsewhere[1]] {
          findings.append(
            Finding(
              "π at the minimum, η \(eta), τ \(tau)",
              try population.minimiser(of: made(eta, tau), from: start), .equal, exact, .descent))
        }
      }
      findings += [
        Finding(
          "step from π_ref, η 1, τ 0.1", world.mirrorStep(world.reference, eta: 1, tau: 0.1),
          .equal, [0.428023, 0.276302, 0.203574, 0.092101], .sixDecimals, role: .known),
        Finding(
          "step from [0.1, 0.2, 0.3, 0.4]", world.mirrorStep(odd, eta: 1, tau: 0.1), .equal,
          [0.122599, 0.245669, 0.278205, 0.353526], .sixDecimals, role: .known),
      ]
      return Evidence(findings)
    }
  }

  /// The pairs of the paper's experiments.
  static func bestOfMany(of objective: some Objective) -> Claim {
    Claim(
      .inpo, "Proposition 6 with best and worst of K",
      "Proposition 6 and Lemma 5 hold for pairs of the best and the worst of K draws, kept where "
        + "the best wins.",
      origin: .practice, known: .doesNotHold
    ) {
      let world = World.game
      var findings: [Finding] = []
      for count in [2, 4] {
        var population = world.bestAndWorst(of: count, from: odd)
        population.preference = nil
        let found = try differences(objective, population, eta: 1, tau: 0.1)
        let least = try population.minimiser(of: objective, from: World.somewhere)
        findings += [
          Finding(
            "difference at 12 policies, K \(count)", found, .equal, found.map { _ in found[0] },
            .arithmetic),
          Finding(
            "π at the minimum, K \(count)", least, .equal, world.mirrorStep(odd, eta: 1, tau: 0.1),
            .descent),
        ]
        // The target 1/(2η) is inflated: the policy goes further than the step, towards the winner.
        let winner = world.winRates(against: odd).indices.max {
          world.winRates(against: odd)[$0] < world.winRates(against: odd)[$1]
        }
        let step = world.mirrorStep(odd, eta: 1, tau: 0.1)
        findings.append(
          Finding(
            "probability of the winner, beside the step's", least[winner ?? 0], .atLeast,
            step[winner ?? 0], .none, role: .known))
      }
      return Evidence(findings)
    }
  }
}
