import Foundation

/// The KL at which a reward turns along a training's checkpoints, with an interval for other prompts and other
/// seeds.
public struct TurningPoint: Sendable, Equatable {
  /// What the interval allows to say.
  public enum Verdict: String, Sendable, Equatable, CaseIterable {
    case turns
    /// Not up to the largest KL that a checkpoint reached.
    case doesNotTurn = "does not turn"
    case notResolved = "not resolved"
  }

  public let curve: GainCurve
  /// In nats, infinite where it rises for ever.
  public let turn: Double
  /// KLs at which the interval of the curve's slope holds 0. An end beyond ``reached`` is infinite: there
  /// are no points.
  public let interval: Interval
  /// The mean KL of the checkpoint that went farthest, in nats.
  public let reached: Double
  public let verdict: Verdict

  /// The values of one checkpoint of one training.
  public struct Checkpoint: Sendable, Equatable {
    public var seed: Int?
    /// In nats, by prompt.
    public var kl: [Double]
    /// Over the reference's, by prompt.
    public var gain: [Double]

    public init(seed: Int?, kl: [Double], gain: [Double]) {
      self.seed = seed
      self.kl = kl
      self.gain = gain
    }
  }
}

extension Inference {
  /// Fits ``GainCurve`` to each prompt of each seed, whose coefficients are linear in its gains, and asks at
  /// every distance √KL up to the largest whether the mean slope α − 2β·√KL is told from 0, for other prompts
  /// and other seeds.
  ///
  /// - Parameter checkpoints: on the same prompts, three or more of each seed.
  /// - Returns: nil where there are fewer, for fewer than two prompts, or values that are not finite.
  ///
  /// Source: Fieller 1954, "Some problems in interval estimation", for where a line crosses 0.
  /// Differs: takes the mean KLs of the checkpoints for known.
  public func turningPoint(_ checkpoints: [TurningPoint.Checkpoint]) -> TurningPoint? {
    guard let prompts = checkpoints.first?.kl.count, prompts > 1,
      checkpoints.allSatisfy({ $0.kl.count == prompts && $0.gain.count == prompts }),
      checkpoints.allSatisfy({ $0.gain.allSatisfy(\.isFinite) })
    else { return nil }
    let seeds = Set(checkpoints.map(\.seed)).sorted { ($0 ?? -1) < ($1 ?? -1) }
    // `[seed][prompt]`
    var coefficients: [[(alpha: Double, beta: Double)]] = []
    var reached = 0.0
    for seed in seeds {
      let own = checkpoints.filter { $0.seed == seed }
      let kls = own.map { Sample.mean($0.kl) ?? .nan }
      guard own.count > 2, let weights = GainCurve.weights(kls) else { return nil }
      reached = max(reached, kls.max() ?? 0)
      coefficients.append(
        (0..<prompts).map { prompt in
          (
            zip(weights.alpha, own).reduce(0) { $0 + $1.0 * $1.1.gain[prompt] },
            zip(weights.beta, own).reduce(0) { $0 + $1.0 * $1.1.gain[prompt] }
          )
        })
    }
    func slope(_ distance: Double) -> Interval? {
      estimate(
        .real,
        seeds: coefficients.map { $0.map { [$0.alpha - 2 * $0.beta * distance] } })?.interval
    }
    let all = coefficients.flatMap { $0 }
    let curve = GainCurve(
      alpha: all.reduce(0) { $0 + $1.alpha } / Double(all.count),
      beta: all.reduce(0) { $0 + $1.beta } / Double(all.count))
    let steps = 100
    let distances = (0...steps).map { Double($0) / Double(steps) * reached.squareRoot() }
    let slopes = distances.map(slope)
    guard !slopes.contains(nil) else { return nil }
    let rises = slopes.map { ($0?.low ?? 0) > 0 }
    let falls = slopes.map { ($0?.high ?? 0) < 0 }
    // From the last place up to which it rises for certain to the first from which on it falls for certain.
    let low = rises.firstIndex(of: false).map { distances[max(0, $0 - 1)] }
    let high = falls.lastIndex(of: false).flatMap { $0 < steps ? distances[$0 + 1] : nil }
    let interval = Interval(
      low.map { $0 * $0 } ?? .infinity, falls[0] ? 0 : high.map { $0 * $0 } ?? .infinity)
    return TurningPoint(
      curve: curve, turn: curve.turn, interval: interval, reached: reached,
      verdict: falls[steps] ? .turns : rises[steps] ? .doesNotTurn : .notResolved)
  }
}
