import Foundation
import Torch
import Training

extension EXOClaims {
  /// A policy that cannot be the optimum: one bell on 0 … 40 for two modes.
  struct Bell {
    static let points = (0...40).map(Double.init)

    static func density(_ mean: Double, _ deviation: Double) -> [Double] {
      Distribution.normalised(points.map { -0.5 * pow(($0 - mean) / deviation, 2) })
    }

    /// 0.55 N(10, 2) + 0.45 N(30, 2), each made discrete.
    static var target: [Double] {
      zip(density(10, 2), density(30, 2)).map { 0.55 * $0 + 0.45 * $1 }
    }

    /// The loss of one group of all points, each once under a uniform reference, so that the
    /// policy's shares are the bell and the target's are the modes: K → ∞.
    ///
    /// - Parameter parameters: mean, and log of the deviation.
    static func loss(
      of objective: some Objective, at parameters: [Double]
    ) throws(TorchError) -> Slope {
      let points = try Tensor.of(points)
      let (mean, spread) = (try Tensor.of([parameters[0]]), try Tensor.of([parameters[1]]))
      for parameter in [mean, spread] { try parameter.requireGradient() }
      let scaled = try (points - mean) / spread.exp()
      let sizes = [1, points.count]
      let candidates = try Candidates(
        policy: (-0.5 * scaled.squared()).logSoftmax(0).reshaped(sizes),
        reference: Tensor.zeros(sizes, type: .float64),
        lengths: Tensor.ones(sizes, type: .float64),
        rewards: Tensor.of(target.map { log($0) }).reshaped(sizes))
      let loss = try objective.loss(candidates).sum()
      try loss.backward()
      return Slope(
        value: try loss.item(),
        gradient: [try mean.gradient?.item() ?? .nan, try spread.gradient?.item() ?? .nan])
    }

    /// The best of the minima that several starts lead to; the reverse KL has more than one.
    static func best(of objective: some Objective) throws -> (mean: Double, deviation: Double) {
      var best: (parameters: [Double], value: Double)?
      for (mean, deviation) in [(12.0, 3.0), (28, 3), (18, 8)] {
        let found = try Descent.minimum(from: [mean, log(deviation)]) {
          try loss(of: objective, at: $0)
        }
        let value = try loss(of: objective, at: found).value
        if value < best?.value ?? .infinity { best = (found, value) }
      }
      guard let best else { return (.nan, .nan) }
      return (best.parameters[0], exp(best.parameters[1]))
    }
  }

  /// Section 4 of the paper: which mode a policy of small capacity takes.
  static func seeking(of reverse: some Objective, and forward: some Objective) -> Claim {
    Claim(
      .exo, "Mode and mean seeking",
      "A policy of too little capacity spreads over all modes under DPO-rw, and settles on the "
        + "largest one under EXO-rw."
    ) {
      let target = Bell.target
      let (covering, seeking) = (try Bell.best(of: forward), try Bell.best(of: reverse))
      let cover = Bell.density(covering.mean, covering.deviation)
      let seek = Bell.density(seeking.mean, seeking.deviation)
      let squares = Bell.points.map { $0 * $0 }
      // Of an exponential family the forward KL keeps the target's moments.
      func moments(_ policy: [Double]) -> [Double] {
        [
          Distribution.mean(Bell.points, under: policy), Distribution.mean(squares, under: policy),
        ]
      }
      let known = Tolerance(0.02, "of a grid: a quarter in the mean, 6 % in the deviation")
      return Evidence(
        [
          Finding(
            "DPO-rw keeps the first two moments of the target", moments(cover), .equal,
            moments(target), .init(1e-4, "a minimum found by descent; moments reach 400")),
          Finding(
            "EXO-rw: mass within 3 deviations of the larger mode",
            seek[4...16].reduce(0, +), .atLeast, 0.99, .none),
          Finding(
            "DPO-rw: mass there", cover[4...16].reduce(0, +), .atMost, 0.55, .none),
          Finding(
            "mean of DPO-rw", covering.mean, .equal, 18.25, .init(0.25, "of a grid"), role: .known),
          Finding(
            "deviation of DPO-rw", covering.deviation, .equal, 13.5,
            .init(0.06 * 13.5, "of a grid of 6 %"), role: .known),
          Finding(
            "mean of EXO-rw", seeking.mean, .equal, 10, .init(0.25, "of a grid"), role: .known),
          Finding(
            "deviation of EXO-rw", seeking.deviation, .equal, 2.01,
            .init(0.06 * 2.01, "of a grid of 6 %"), role: .known),
          Finding(
            "forward KL of DPO-rw, reverse KL of EXO-rw",
            [
              Distribution.divergence(of: target, from: cover),
              Distribution.divergence(of: seek, from: target),
            ], .equal, [0.864, 0.598], known, role: .known),
        ],
        curves: [
          Curve("target", x: "response", y: "probability", Array(zip(Bell.points, target))),
          Curve("DPO-rw", x: "response", y: "probability", Array(zip(Bell.points, cover))),
          Curve("EXO-rw", x: "response", y: "probability", Array(zip(Bell.points, seek))),
        ])
    }
  }
}
