import Foundation

/// Intervals that say how a method would do with other training seeds, not only other prompts.
public enum SeedLevel {
  /// Student's t over the means of the seeds, with seeds − 1 degrees of freedom: the choice below
  /// five seeds. Nil without seeds or where one is empty or not finite; no interval for one seed.
  ///
  /// - Parameter seeds: the values (one per prompt) of each seed.
  public static func estimate(_ seeds: [[Double]], confidence: Double = 0.95) -> Estimate? {
    let means = seeds.compactMap(Sample.mean)
    guard means.count == seeds.count else { return nil }
    guard var estimate = Sample.estimate(means, confidence: confidence) else { return nil }
    estimate.count = seeds.reduce(0) { $0 + $1.count }
    return estimate
  }

  /// The two-level bootstrap: seeds are resampled, and within each drawn seed its prompts. The
  /// statistic is the mean over seeds of the mean over prompts. Nil and without interval as
  /// ``estimate(_:confidence:)``.
  public static func bootstrap(
    _ seeds: [[Double]], resamples: Int = 2000, seed: UInt64 = 1, confidence: Double = 0.95
  ) -> Estimate? {
    let means = seeds.compactMap(Sample.mean)
    guard means.count == seeds.count, let value = Sample.mean(means) else { return nil }
    var interval: Interval?
    if seeds.count > 1, resamples > 1, confidence > 0, confidence < 1 {
      var generator = SeededGenerator(seed: seed)
      let draws = (0..<resamples).map { _ in
        var total = 0.0
        for _ in seeds.indices {
          let prompts = seeds[generator.index(below: seeds.count)]
          var sum = 0.0
          for _ in prompts.indices { sum += prompts[generator.index(below: prompts.count)] }
          total += sum / Double(prompts.count)
        }
        return total / Double(seeds.count)
      }
      if let low = Sample.quantile((1 - confidence) / 2, of: draws),
        let high = Sample.quantile((1 + confidence) / 2, of: draws)
      {
        interval = Interval(low, high)
      }
    }
    return Estimate(
      value: value, interval: interval, count: seeds.reduce(0) { $0 + $1.count },
      clusters: seeds.count)
  }
}
