import Foundation
import Training

/// Exact optimisation: what the objectives on K candidates tend to, and at what rate.
public enum EXOClaims {
  public static var all: [Claim] {
    [
      maximiser(of: EXORw.init(betaPi:betaR:)),
      limit(
        "Theorem 3.2", of: EXORw(), forward: false,
        known: [2: 0.552051, 4: 0.281966]),
      limit(
        "Theorem 3.3", of: DPORw(), forward: true,
        known: [2: 0.737908, 4: 0.452827]),
      finiteLosses(of: EXORw()), exactness(of: EXORw(), and: DPORw()),
      seeking(of: EXORw(betaPi: 1, betaR: 1), and: DPORw(betaPi: 1, betaR: 1)),
      pairOptimum,
    ]
  }

  /// ∇ KL(π^{β_π} ∥ π*_{β_r}), or of the forward KL, in the logits.
  static func divergenceSlope(
    in world: World, at logits: [Double], betaPi: Double, betaR: Double, forward: Bool
  ) -> [Double] {
    let policy = world.smoothed(logits, betaPi)
    let target = world.optimum(betaR)
    if forward { return Vector.scaled(Vector.difference(policy, target), betaPi) }
    let ratios = zip(policy, target).map { log($0 / $1) }
    return Vector.scaled(Distribution.slope(of: ratios, under: policy), betaPi)
  }

  /// Theorem 3.1.
  static func maximiser(of made: @escaping @Sendable (Double, Double) -> some Objective) -> Claim {
    Claim(
      .exo, "Theorem 3.1",
      "The policy that maximises E[r] − β_r KL under smoothing by β_π is the optimal policy of "
        + "KL strength β_r β_π."
    ) {
      let world = World.rewarded
      let pairs = [(0.5, 0.5), (0.25, 1), (2, 0.25)]
      return Evidence(
        try pairs.map { betaPi, betaR in
          Finding(
            "π at the minimum, K → ∞, β_π \(betaPi), β_r \(betaR)",
            try world.proportional().minimiser(of: made(betaPi, betaR), from: World.somewhere),
            .equal, world.optimum(betaPi * betaR), .descent)
        } + [
          Finding(
            "π*_¼", world.optimum(0.25), .equal, [0.000612, 0.025071, 0.912565, 0.061751],
            .sixDecimals, role: .known)
        ])
    }
  }

  /// Theorems 3.2 and 3.3.
  ///
  /// - Parameter known: relative errors of the gradient by K.
  static func limit(
    _ name: String, of objective: some Objective, forward: Bool, known: [Int: Double]
  ) -> Claim {
    let divergence = forward ? "KL(π*_βr ∥ π^βπ)" : "KL(π^βπ ∥ π*_βr)"
    return Claim(
      .exo, name,
      "As K grows the gradient of \(forward ? "DPO-rw" : "EXO-rw") tends to that of \(divergence); "
        + "the error falls as 1/K."
    ) {
      let world = World.rewarded
      let (betaPi, betaR) = (0.5, 0.5)
      func slope(_ logits: [Double]) -> [Double] {
        divergenceSlope(in: world, at: logits, betaPi: betaPi, betaR: betaR, forward: forward)
      }
      let exact = slope(World.somewhere)
      var errors: [Int: Double] = [:]
      for count in [2, 4, 8, 16, 32] {
        let found = try world.groups(count).expected(objective, at: World.somewhere).gradient
        errors[count] = Vector.relativeError(found, exact)
      }
      var findings = try ([World.somewhere] + World.elsewhere).enumerated().map { place, logits in
        Finding(
          "gradient at K → ∞, place \(place + 1)",
          try world.proportional().expected(objective, at: logits).gradient, .equal, slope(logits),
          .arithmetic)
      }
      for count in [4, 8, 16] {
        findings.append(
          Finding(
            "error at K \(2 * count) over error at K \(count)",
            (errors[2 * count] ?? .nan) / (errors[count] ?? .nan), .atMost, 0.65, .none))
      }
      if !forward {
        // The theorem's second equality: the scale, and not the direction alone.
        findings.append(
          Finding(
            "gradient at K → ∞ is −1/β_r ∇J",
            try world.proportional().expected(objective, at: World.somewhere).gradient, .equal,
            Vector.scaled(
              Vector.numericalSlope(at: World.somewhere) {
                world.value(world.smoothed($0, betaPi), betaR)
              }, -1 / betaR), .differences))
      }
      for (count, value) in known.sorted(by: { $0.key < $1.key }) {
        findings.append(
          Finding(
            "relative error at K \(count)", errors[count] ?? .nan, .equal, value, .sixDecimals,
            role: .known))
      }
      let points = errors.sorted { $0.key < $1.key }.map { (Double($0.key), $0.value) }
      return Evidence(
        findings,
        curves: [
          Curve(
            forward ? "DPO-rw" : "EXO-rw", x: "candidates K", y: "relative error of the gradient",
            points)
        ])
    }
  }
}
