import Foundation

extension DensityEstimator {
  /// log Z and the divergences between policies and the optimal one on one prompt, by the draws that
  /// stand for it, with bootstrap percentiles.
  struct Divergences {
    private let draws: DensityDraws
    private let pool: PooledDraws
    private let beta: Double
    private let estimator: DensityEstimator
    /// log Z of each resample.
    private let normalisers: [Double]

    init(
      _ draws: DensityDraws, _ pool: PooledDraws, beta: Double, estimator: DensityEstimator
    ) {
      (self.draws, self.pool, self.beta, self.estimator) = (draws, pool, beta, estimator)
      var sums = [Double](repeating: 0, count: estimator.resamples)
      for (place, policy) in draws.proposals.enumerated() {
        let weights = pool.weights[place]
        estimator.resampled(prompt: 0, policy: policy, count: weights.count) { resample, times in
          sums[resample] += zip(weights, times).reduce(0) { $0 + $1.0 * $1.1 }
        }
      }
      normalisers = sums.map { pool.logNormaliser + log($0) }
    }

    private func estimate(_ value: Double, _ resampled: [Double], _ count: Int) -> Estimate? {
      guard value.isFinite else { return nil }
      return Estimate(
        value: value, interval: estimator.interval(resampled), count: count, clusters: count)
    }

    var logNormaliser: Estimate? {
      estimate(pool.logNormaliser, normalisers, pool.weights.reduce(0) { $0 + $1.count })
    }

    /// KL(π* ∥ π) = E*[log π_ref + r/β − log π] − log Z, by weighted draws.
    ///
    /// Its interval is bootstrap-t: a few heavy weights skew it, and percentiles then miss on one side.
    func forward(of policy: Int) -> Estimate? {
      guard draws.proposals.contains(policy) else { return nil }
      let targets = draws.target(draws.proposals, beta: beta)
      var found = WeightedSums()
      var resampled = [WeightedSums](repeating: WeightedSums(), count: estimator.resamples)
      var count = 0
      for (place, drawer) in draws.proposals.enumerated() {
        let weights = pool.weights[place]
        let terms = zip(targets[place], draws.logProbabilities[policy][drawer]).map { $0 - $1 }
        count += weights.count
        found.add(weights, terms)
        estimator.resampled(prompt: 0, policy: drawer, count: weights.count) { resample, times in
          resampled[resample].add(weights, terms, times: times)
        }
      }
      let value = found.mean - log(found.total) - pool.logNormaliser
      guard value.isFinite else { return nil }
      let ratios = resampled.map { sums in
        let change = sums.mean - log(sums.total) - (found.mean - log(found.total))
        return sums.error > 0 ? change / sums.error : change < 0 ? -.infinity : .infinity
      }
      let interval = estimator.interval(ratios).map {
        Interval(value - $0.high * found.error, value - $0.low * found.error)
      }
      return Estimate(value: value, interval: interval, count: count, clusters: count)
    }

    /// KL(π ∥ π*) = E[log π − log π_ref − r/β] + log Z, by the policy's own draws.
    func reverse(of policy: Int) -> Estimate? {
      let own = draws.logProbabilities[policy][policy]
      let target = draws.target([policy], beta: beta)[0]
      guard own.count == target.count, !own.isEmpty else { return nil }
      let terms = zip(own, target).map { $0 - $1 }
      guard let mean = Sample.mean(terms) else { return nil }
      var resampled = normalisers
      estimator.resampled(prompt: 0, policy: policy, count: terms.count) { resample, times in
        resampled[resample] +=
          zip(terms, times).reduce(0) { $0 + $1.0 * $1.1 } / Double(terms.count)
      }
      return estimate(mean + pool.logNormaliser, resampled, terms.count)
    }
  }
}
