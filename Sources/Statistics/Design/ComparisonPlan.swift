import Foundation

/// How many prompts, and seeds, a comparison needs, and what a given number of them can show: the
/// power of the tests of ``Inference``: by the noncentral t distribution for one training, by
/// ``CrossedPower`` for several.
public struct ComparisonPlan: Sendable, Equatable {
  /// Standard deviation over prompts of what is averaged: a preference, or a paired difference.
  public var deviation: Double
  /// Standard deviation of one method's mean between trainings that differ in the seed alone.
  public var seedDeviation: Double
  /// Trainings of each side; 1 where luck of training is left out.
  public var seeds: Int
  /// Sides that are trained: 2 for two methods, 1 for one against a fixed baseline.
  public var trained: Int
  public var significance: Double

  /// More prompts than this are beyond counting.
  public static let most = 1_000_000_000

  /// - Returns: nil unless the deviations are not negative and one is above 0, there are a seed and a
  ///   side or two, and the significance lies in (0, 1).
  public init?(
    deviation: Double, seedDeviation: Double = 0, seeds: Int = 1, trained: Int = 1,
    significance: Double = 0.05
  ) {
    guard deviation >= 0, seedDeviation >= 0, deviation + seedDeviation > 0,
      deviation.isFinite, seedDeviation.isFinite, seeds > 0, (1...2).contains(trained),
      significance > 0, significance < 1
    else { return nil }
    self.deviation = deviation
    self.seedDeviation = seedDeviation
    self.seeds = seeds
    self.trained = trained
    self.significance = significance
  }

  /// The chance that a two-sided test finds `difference` on so many prompts; nil below two.
  public func power(difference: Double, prompts: Int) -> Double? {
    powers(prompts: prompts)?.of(difference)
  }

  /// The smallest difference that so many prompts find with the given power; nil below two prompts or
  /// outside (significance, 1).
  public func difference(prompts: Int, power: Double) -> Double? {
    guard power > significance, power < 1, let powers = powers(prompts: prompts) else { return nil }
    var (low, high) = (0.0, powers.error)
    while let reached = powers.of(high), reached < power { (low, high) = (high, 2 * high) }
    for _ in 0..<60 {
      let middle = low + (high - low) / 2
      guard let reached = powers.of(middle) else { return nil }
      if reached < power { low = middle } else { high = middle }
    }
    return high
  }

  /// The fewest prompts that find `difference` with the given power; nil where no number of them
  /// does, because the seeds alone leave too much open, or ``most`` do not.
  public func prompts(difference: Double, power: Double) -> Int? {
    guard power > significance, power < 1, difference != 0 else { return nil }
    func isEnough(_ prompts: Int) -> Bool {
      (self.power(difference: difference, prompts: prompts) ?? 0) >= power
    }
    var (low, high) = (1, 2)
    while !isEnough(high) {
      guard high < Self.most else { return nil }
      (low, high) = (high, 2 * high)
    }
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if isEnough(middle) { high = middle } else { low = middle }
    }
    return high
  }

  /// The power of one number of prompts as a function of the difference.
  private struct Powers {
    let error: Double
    /// The chance to find so large a difference, not below 0.
    let of: (Double) -> Double?
  }

  private func powers(prompts: Int) -> Powers? {
    guard prompts > 1 else { return nil }
    let ofPrompts = deviation * deviation / Double(prompts)
    guard seeds == 1 else {
      return CrossedPower(
        ofPrompts: ofPrompts, prompts: prompts,
        ofSide: seedDeviation * seedDeviation / Double(seeds), seeds: seeds, trained: trained,
        significance: significance
      ).map { crossed in
        Powers(error: crossed.error) { $0.isFinite ? crossed.power(difference: $0) : nil }
      }
    }
    // One training stands for itself: what another would give is not asked.
    let error = ofPrompts.squareRoot()
    let degrees = Double(prompts - 1)
    guard error > 0,
      let critical = StudentT.quantile(1 - significance / 2, degrees: degrees)
    else { return nil }
    return Powers(error: error) { difference in
      guard difference.isFinite else { return nil }
      let shift = abs(difference) / error
      guard shift < 1e6 else { return 1 }
      guard let below = NoncentralT.cumulative(critical, degrees: degrees, shift: shift),
        let far = NoncentralT.cumulative(-critical, degrees: degrees, shift: shift)
      else { return nil }
      return 1 - below + far
    }
  }
}
