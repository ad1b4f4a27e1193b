import Foundation
import Training

/// SAIL: what its gradient is, and what it is not stationary at.
public enum SAILClaims {
  public static var all: [Claim] {
    [
      gradient(
        "SAIL-PR", of: SAIL(variant: .pr, beta: 0.5, policyWeight: 1), beta: 0.5, own: false),
      gradient(
        "SAIL-PP", of: SAIL(variant: .pp, beta: 0.2, policyWeight: 1, labelWeight: 1), beta: 0.2,
        own: true),
      ownLabels, plain, stationarity,
    ]
  }

  /// J(θ): the expected log-likelihood of labels on the policy's own pairs, labels of the reward's
  /// preference or of the policy's own.
  private static func objective(_ logits: [Double], beta: Double, own: Bool) -> Double {
    let world = World.rewarded
    let policy = Distribution.normalised(logits)
    return world.tuples(2).reduce(0) { sum, pair in
      let (first, second) = (pair[0], pair[1])
      let d = [first, second].map { log(policy[$0] / world.reference[$0]) }
      let u = beta * (d[0] - d[1])
      let p = own ? Distribution.sigmoid(u) : world.wins[first][second]
      let value = p * Distribution.logSigmoid(u) + (1 - p) * Distribution.logSigmoid(-u)
      return sum + policy[first] * policy[second] * value
    }
  }

  /// ∇ J as the objective descends −J: over fresh pairs of the policy.
  private static func ascent(
    _ objective: some Objective, _ logits: [Double]
  ) throws -> [Double] {
    try World.rewarded.pairs(from: Distribution.normalised(logits))
      .expected(objective, at: logits).gradient.map { -$0 }
  }

  static func gradient(
    _ name: String, of sail: some Objective, beta: Double, own: Bool
  ) -> Claim {
    Claim(
      .sail, "Gradient of \(name)",
      own
        ? "With the policy's own labels, and while −log σ(u) is below 1/c₃, the gradient of J is "
          + "T1 + T2 + T3: the pairs' and the labels' distributions move as well."
        : "With labels of a reward the gradient of J is T1 + T2: the pairs' distribution moves as well."
    ) {
      Evidence(
        try [World.somewhere, [0, 0, 0, 0], [0.5, -0.25, 0, 0.5]].enumerated().map {
          place, logits in
          Finding(
            "∇J at place \(place + 1)", try ascent(sail, logits), .equal,
            Vector.numericalSlope(at: logits) { objective($0, beta: beta, own: own) }, .differences)
        })
    }
  }

  static var ownLabels: Claim {
    Claim(
      .sail, "Own labels",
      "With the policy's own labels the DPO part, T1, is 0 wherever the policy is: such labels bring "
        + "no preference in."
    ) {
      let sail = SAIL(variant: .pp, beta: 0.5, policyWeight: 0, labelWeight: 0)
      let whole = SAIL(variant: .pp, beta: 0.5, policyWeight: 1, labelWeight: 1)
      return Evidence(
        try ([World.somewhere] + World.elsewhere).enumerated().map { place, logits in
          Finding(
            "T1 at place \(place + 1)", try ascent(sail, logits), .equal, [0, 0, 0, 0], .arithmetic)
        } + [
          Finding(
            "length of T1 + T2 + T3", Vector.length(try ascent(whole, World.somewhere)), .atLeast,
            1e-3, .none)
        ])
    }
  }

  static var plain: Claim {
    Claim(.sail, "Zero coefficients", "Without its terms SAIL is DPO.") {
      let sail = SAIL(beta: 0.5, policyWeight: 0, labelWeight: 0, redrawn: 0)
      let pairs = World.rewarded.pairs(from: [0.1, 0.2, 0.3, 0.4])
      return Evidence(
        try ([World.somewhere] + World.elsewhere).enumerated().map { place, logits in
          let (own, other) = (
            try pairs.expected(sail, at: logits), try pairs.expected(DPOPref(beta: 0.5), at: logits)
          )
          return Finding(
            "loss and gradient at place \(place + 1)", [own.value] + own.gradient, .equal,
            [other.value] + other.gradient, .init(0, "the same bits"))
        })
    }
  }

  static var stationarity: Claim {
    Claim(
      .sail, "Optimal policy",
      "The objective is stationary at the optimal policy of the reward under the KL penalty.",
      origin: .practice, known: .doesNotHold
    ) {
      let world = World.rewarded
      let optimum = world.optimum(0.5).map { log($0) }
      let sail = SAIL(variant: .pr, beta: 0.5, policyWeight: 1)
      let first = SAIL(variant: .pr, beta: 0.5, policyWeight: 0)
      let found = try Descent.minimum(from: optimum) { logits in
        Slope(
          value: -objective(logits, beta: 0.5, own: false),
          gradient: try ascent(sail, logits).map { -$0 })
      }
      return Evidence([
        Finding(
          "∇J at the optimal policy", try ascent(sail, optimum), .equal, [0, 0, 0, 0], .arithmetic),
        Finding(
          "T1 there", try ascent(first, optimum), .equal, [0, 0, 0, 0], .arithmetic, role: .known),
        Finding(
          "∇J there", try ascent(sail, optimum), .equal,
          [0.011904, 0.011906, -0.020776, -0.003034], .sixDecimals, role: .known),
        Finding(
          "J there", objective(optimum, beta: 0.5, own: false), .equal, -0.650188, .sixDecimals,
          role: .known),
        Finding(
          "J where ascent from there ends, beside that of a known local maximum",
          objective(found, beta: 0.5, own: false), .atLeast, -0.606466, .none, role: .known),
      ])
    }
  }
}
