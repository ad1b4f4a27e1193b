import Foundation

/// Estimates ``DensityRatios`` from draws.
///
/// The density of a policy is that of its own draws, each counting once; only the optimal policy, which
/// nobody can draw from, weights those of others (``PooledDraws``). All densities of a panel are smoothed
/// with one bandwidth, and what is estimated is the ratio of the smoothed ones. Intervals are bootstrap
/// percentiles: each policy's draws are drawn again, with what was drawn of the reference in both parts of
/// the ratio. They hold pointwise: at a point, not at all points at once.
///
/// A ratio is told where the draws near a point, by (ΣwK)²/Σ(wK)², are worth ``near`` of the reference and
/// of the policy.
public struct DensityEstimator: Sendable {
  /// Relative errors of the densities are then below about one third.
  public static let near = 10.0
  /// The effective sample size that weighted draws are to reach.
  public static let wanted = 100.0
  static let points = 64

  public let confidence: Double
  public let resamples: Int
  public let seed: UInt64

  public init(confidence: Double = 0.95, resamples: Int = 2000, seed: UInt64 = 1) {
    self.confidence = confidence
    self.resamples = resamples
    self.seed = seed
  }

  /// - Parameters:
  ///   - prompts: of the same policies. Several are averaged: each along its distance from the reference's
  ///     mean.
  ///   - beta: of the optimal policy.
  /// - Returns: nil without draws, or where the reference gives all of its own one probability, so that
  ///   there is no axis.
  public func ratios(_ prompts: [DensityDraws], beta: Double) -> DensityRatios? {
    guard let first = prompts.first,
      prompts.allSatisfy({ prompt in
        prompt.positions.count == first.positions.count
          && prompt.positions.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isFinite) }
      })
    else { return nil }
    let centres = prompts.map { prompts.count > 1 ? Sample.mean($0.positions[0]) ?? 0 : 0 }
    let positions = zip(prompts, centres).map { prompt, centre in
      prompt.positions.map { $0.map { $0 - centre } }
    }
    guard let bandwidth = KernelDensity.silverman(positions.flatMap { $0[0] }) else { return nil }
    let grid = self.grid(positions, bandwidth)
    let work = Work(
      estimator: self, grid: grid, bandwidth: bandwidth,
      rows: positions.map { $0.map { KernelRows($0, grid: grid, bandwidth: bandwidth) } },
      positions: positions)
    let optimals = prompts.map { $0.optimal(beta: beta) }
    let reference = work.density(of: [0], weights: work.equal(of: 0))
    let others = first.positions.indices.dropFirst()
    let policies = others.map { policy in
      let own = work.density(of: [policy], weights: work.equal(of: policy))
      return work.curve(own, over: reference)
    }
    var optimal: DensityRatios.Curve?
    if optimals.allSatisfy({ $0 != nil }) {
      let weights = optimals.compactMap { $0?.weights }
      let found = work.density(of: first.proposals, weights: weights, isWeighted: true)
      optimal = work.curve(found, over: reference)
    }
    let single = prompts.count == 1 ? optimals[0] : nil
    let divergences = single.map { Divergences(first, $0, beta: beta, estimator: self) }
    return DensityRatios(
      grid: grid, centres: centres, bandwidth: bandwidth, reference: reference.values,
      policies: policies,
      optimal: optimal, logNormaliser: divergences?.logNormaliser,
      forwardKL: others.map { divergences?.forward(of: $0) },
      reverseKL: others.map { divergences?.reverse(of: $0) })
  }

  /// From the least to the greatest of the policies' middle 98 %, and a bandwidth on either side.
  private func grid(_ positions: [[[Double]]], _ bandwidth: Double) -> [Double] {
    let policies = positions[0].indices.map { policy in positions.flatMap { $0[policy] } }
    let low = policies.compactMap { Sample.quantile(0.01, of: $0) }.min() ?? 0
    let high = policies.compactMap { Sample.quantile(0.99, of: $0) }.max() ?? 1
    let steps = Double(Self.points - 1)
    return (0..<Self.points).map {
      low - bandwidth + (high - low + 2 * bandwidth) * Double($0) / steps
    }
  }

  /// The same resamples of a policy's draws for whoever asks. `[draw]`, how often each is drawn.
  func resampled(
    prompt: Int, policy: Int, count: Int, _ body: (_ resample: Int, _ times: [Double]) -> Void
  ) {
    let place = UInt64(prompt) << 32 | UInt64(policy)
    var generator = SeededGenerator(seed: seed ^ (place &+ 1) &* 0xD6E8_FEB8_6659_FD93)
    var times = [Double](repeating: 0, count: count)
    for resample in 0..<resamples {
      for index in times.indices { times[index] = 0 }
      for _ in 0..<count { times[generator.index(below: count)] += 1 }
      body(resample, times)
    }
  }

  /// Percentiles of resampled values; nil where one is no number.
  func interval(_ values: [Double]) -> Interval? {
    guard !values.isEmpty, !values.contains(where: \.isNaN) else { return nil }
    let sorted = values.sorted()
    let tail = (1 - confidence) / 2
    guard let low = Sample.quantile(tail, ofSorted: sorted),
      let high = Sample.quantile(1 - tail, ofSorted: sorted), low.isFinite, high.isFinite
    else { return nil }
    return Interval(low, high)
  }
}
