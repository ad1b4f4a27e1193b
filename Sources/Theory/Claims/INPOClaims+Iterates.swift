import Foundation
import Training

extension INPOClaims {
  /// Iterates from the reference, π_1 first, by the step that the loss has its minimum at.
  ///
  /// - Parameter eta: η of round t, counted from 0.
  private static func iterates(
    _ count: Int, tau: Double, eta: (Int) -> Double
  ) -> [[Double]] {
    let world = World.game
    var policy = world.reference
    return (0..<count).map { round in
      defer { policy = world.mirrorStep(policy, eta: eta(round), tau: tau) }
      return policy
    }
  }

  private static func mean(_ policies: [[Double]]) -> [Double] {
    (policies.first ?? []).indices.map { place in
      policies.reduce(0) { $0 + $1[place] } / Double(policies.count)
    }
  }

  /// Theorem 3.
  static var mixture: Claim {
    Claim(
      .inpo, "Theorem 3",
      "With η = max(Bτ, 1) √T / √D the uniform mixture of T iterates has a duality gap of at most "
        + "a constant times max(Bτ, 1) √D / √T."
    ) {
      let world = World.game
      let tau = 0.1
      // The farthest policy from the reference is its least likely response alone.
      let far = -(world.logReference.min() ?? 0)
      var points: [(x: Double, y: Double)] = []
      var bounds: [(x: Double, y: Double)] = []
      var products: [Double] = []
      var spread = 0.0
      for rounds in [1, 4, 16, 64, 256, 1024, 4096] {
        let eta = (Double(rounds) / far).squareRoot()
        let policies = iterates(rounds, tau: tau) { _ in eta }
        for policy in policies {
          let ratios = zip(policy, world.logReference).map { abs(log($0) - $1) }
          spread = max(spread, ratios.max() ?? 0)
        }
        let gap = world.dualityGap(mean(policies), tau: tau)
        let envelope = (far / Double(rounds)).squareRoot()
        points.append((Double(rounds), gap))
        bounds.append((Double(rounds), envelope))
        products.append(gap / envelope)
      }
      return Evidence(
        [
          Finding(
            "B τ, with B the largest |log π_t / π_ref| met", spread * tau, .atMost, 1, .none),
          Finding(
            "gap over √D / √T, T 1, 4, … 4096", products, .atMost, products.map { _ in 1 }, .none),
          Finding(
            "gap at T 4096 over gap at T 256", points[6].y / points[4].y, .atMost, 0.25, .none),
        ],
        curves: [
          Curve("mixture", x: "rounds T", y: "duality gap", points),
          Curve("√D / √T", x: "rounds T", y: "duality gap", bounds),
        ])
    }
  }

  /// Theorem 4.
  static var lastIterate: Claim {
    Claim(
      .inpo, "Theorem 4",
      "With η_t = τ (t + 2) / 2 the last iterate approaches the Nash policy, within "
        + "32 C² / (τ² (T + 1)) of it in KL."
    ) {
      let world = World.game
      let tau = 0.1
      let nash = world.nash(tau: tau)
      let found = iterates(401, tau: tau) { tau * Double($0 + 2) / 2 }
        .map { Distribution.divergence(of: nash, from: $0) }
      // The first steps by training: what the recursion stands for.
      var trained = world.reference
      for round in 0..<4 {
        let objective = INPO(eta: tau * Double(round + 2) / 2, tau: tau)
        trained = try world.pairs(from: trained, previous: trained)
          .minimiser(of: objective, from: trained.map { log($0) })
      }
      return Evidence(
        [
          Finding(
            "KL(π* ∥ π_t) at every t", found, .atMost,
            found.indices.map { 32 / (tau * tau * Double($0 + 1)) }, .none),
          Finding("KL(π* ∥ π_t) at t 400", found[400], .atMost, 1e-6, .none),
          Finding(
            "KL(π* ∥ π_t) at t 10", found[10], .equal, 0.0199, .init(6e-5, "known to three digits"),
            role: .known),
          Finding(
            "KL(π* ∥ π_t) at t 100", found[100], .equal, 7.4e-6,
            .init(6e-8, "known to two digits"), role: .known),
          Finding(
            "KL(π* ∥ π_4) after four rounds of training",
            Distribution.divergence(of: nash, from: trained), .equal, found[4], .descent,
            role: .known),
        ],
        curves: [
          Curve(
            "η_t = τ (t + 2) / 2", x: "round", y: "KL to the Nash policy",
            found.indices.dropFirst().map { (Double($0), found[$0]) })
        ])
    }
  }

  private static func gaps(_ rounds: Int, eta: Double, tau: Double) -> [Double] {
    iterates(rounds + 1, tau: tau) { _ in eta }.map { World.game.dualityGap($0, tau: tau) }
  }

  /// Drawn where a gap is above what float64 can tell from 0.
  private static func curve(_ name: String, _ gaps: [Double]) -> Curve {
    Curve(
      name, x: "round", y: "duality gap",
      gaps.prefix(41).enumerated().filter { $0.1 > 1e-14 }.map { (Double($0), $1) })
  }

  static var largeSteps: Claim {
    Claim(
      .inpo, "Small and large constant steps",
      "With a constant η the last iterate reaches the Nash policy for every η of at least τ.",
      origin: .practice, known: .doesNotHold
    ) {
      let tau = 0.1
      let etas = [1, 0.3, 0.15, 0.1]
      let found = etas.map { gaps(300, eta: $0, tau: tau) }
      let average = World.game.dualityGap(
        mean(iterates(1000, tau: tau) { _ in 0.15 }), tau: tau)
      return Evidence(
        zip(etas, found).map { eta, gaps in
          Finding(
            "largest gap of rounds 250 to 300, η \(eta)", gaps[250...].max() ?? .nan, .atMost, 1e-9,
            .none)
        } + [
          Finding(
            "gap at η 0.3, rounds 1, 3, 10", [1, 3, 10].map { found[1][$0] }, .equal,
            [0.027395, 0.017776, 0.003246], .sixDecimals, role: .known),
          Finding(
            "gap at η 1, round 10", found[0][10], .equal, 0.007766, .sixDecimals, role: .known),
          Finding(
            "least gap of rounds 250 to 300, η 0.15 and 0.1",
            [2, 3].map { found[$0][250...].min() ?? .nan }, .atLeast, [0.1, 0.1], .none,
            role: .known),
          Finding(
            "gap of the mean of 1000 iterates, η 0.15", average, .atMost, 0.02, .none, role: .known),
        ], curves: zip(etas, found).map { curve("η \($0)", $1) })
    }
  }

  static var experiments: Claim {
    Claim(
      .inpo, "The experiments' steps",
      "At the setting of the experiments, τ = η/3 with η from 0.005, rounds bring the last iterate "
        + "closer to the Nash policy, whatever the preference.",
      origin: .practice, known: .doesNotHold
    ) {
      let etas = [0.09, 0.03, 0.005]
      let found = etas.map { gaps(100, eta: $0, tau: $0 / 3) }
      return Evidence(
        zip(etas, found).map { eta, gaps in
          Finding(
            "mean gap of rounds 51 to 100, beside the start's, η \(eta)",
            gaps[51...].reduce(0, +) / 50, .atMost, gaps[0], .none)
        } + [
          Finding(
            "largest gap of rounds 51 to 100", found.map { $0[51...].max() ?? .nan }, .atMost,
            [0.81, 0.81, 0.81], .none, role: .known),
          Finding(
            "least gap of rounds 51 to 100", found.map { $0[51...].min() ?? .nan }, .atLeast,
            [0.18, 0.5, 0.5], .none, role: .known),
        ], curves: zip(etas, found).map { curve("η \($0)", $1) })
    }
  }
}
