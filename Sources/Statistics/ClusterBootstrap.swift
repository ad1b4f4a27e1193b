import Foundation

/// Bootstrap intervals that resample whole clusters (prompts) with replacement.
///
/// Rows of one cluster are drawn together, so their likeness widens the interval as it should. The
/// same seed and data give the same interval.
///
/// Source: Efron and Tibshirani 1993, chapters 13 and 14.
public struct ClusterBootstrap: Sendable {
  public enum Method: Sendable, Equatable {
    case percentile
    /// Bias-corrected and accelerated; better where the statistic is skewed.
    case bca
  }

  public var resamples: Int
  public var seed: UInt64
  public var confidence: Double
  public var method: Method

  public init(
    resamples: Int = 2000, seed: UInt64 = 1, confidence: Double = 0.95,
    method: Method = .percentile
  ) {
    self.resamples = resamples
    self.seed = seed
    self.confidence = confidence
    self.method = method
  }

  /// The mean over all rows. Clusters without rows are left out; nil without rows, or where a value
  /// is not finite; without an interval for one cluster.
  public func mean(_ clusters: [[Double]]) -> Estimate? {
    mean(sums: clusters.map { $0.reduce(0, +) }, counts: clusters.map(\.count))
  }

  /// As ``mean(_:)``, from each cluster's sum and number of rows; nil where the two lists differ in
  /// length or a count is negative.
  public func mean(sums: [Double], counts: [Int]) -> Estimate? {
    guard sums.count == counts.count, counts.allSatisfy({ $0 >= 0 }) else { return nil }
    let pairs = zip(sums, counts).filter { $0.1 > 0 }
    let sums = pairs.map(\.0)
    let weights = pairs.map { Double($0.1) }
    guard !pairs.isEmpty, sums.allSatisfy(\.isFinite) else { return nil }
    let total = (sum: sums.reduce(0, +), rows: weights.reduce(0, +))
    let leavingOut = { (cluster: Int) in
      (total.sum - sums[cluster]) / (total.rows - weights[cluster])
    }
    return estimate(
      clusters: pairs.count, rows: pairs.reduce(0) { $0 + $1.1 }, leavingOut: leavingOut
    ) { chosen in
      var sum = 0.0
      var rows = 0.0
      for cluster in chosen {
        sum += sums[cluster]
        rows += weights[cluster]
      }
      return sum / rows
    }
  }

  /// Any statistic of a multiset of clusters.
  ///
  /// - Parameters:
  ///   - leavingOut: the statistic of all clusters but one, for BCa, where it can be had faster
  ///     than from `statistic`.
  ///   - statistic: gets indices in 0 ..< `clusters`, with repetition; a result that is not finite
  ///     makes the interval nil.
  /// - Returns: nil where the statistic of all clusters is not finite or there are none.
  public func estimate(
    clusters: Int, rows: Int, leavingOut: ((Int) -> Double)? = nil,
    statistic: ([Int]) -> Double
  ) -> Estimate? {
    guard clusters > 0 else { return nil }
    let value = statistic(Array(0..<clusters))
    guard value.isFinite else { return nil }
    let interval =
      clusters > 1 && resamples > 1
      ? interval(value, clusters, leavingOut, statistic) : nil
    return Estimate(value: value, interval: interval, count: rows, clusters: clusters)
  }

  private func interval(
    _ value: Double, _ clusters: Int, _ leavingOut: ((Int) -> Double)?,
    _ statistic: ([Int]) -> Double
  ) -> Interval? {
    guard confidence > 0, confidence < 1 else { return nil }
    var generator = SeededGenerator(seed: seed)
    var chosen = [Int](repeating: 0, count: clusters)
    var draws: [Double] = []
    draws.reserveCapacity(resamples)
    for _ in 0..<resamples {
      for position in chosen.indices { chosen[position] = generator.index(below: clusters) }
      let draw = statistic(chosen)
      guard draw.isFinite else { return nil }
      draws.append(draw)
    }
    draws.sort()
    var tails = ((1 - confidence) / 2, (1 + confidence) / 2)
    if method == .bca {
      let jackknife = (0..<clusters).map { omitted in
        leavingOut?(omitted) ?? statistic((0..<clusters).filter { $0 != omitted })
      }
      guard let corrected = Self.corrected(tails, value, draws, jackknife) else { return nil }
      tails = corrected
    }
    guard let low = Sample.quantile(tails.0, ofSorted: draws),
      let high = Sample.quantile(tails.1, ofSorted: draws)
    else { return nil }
    return Interval(low, high)
  }

  /// The percentiles that BCa reads instead of the nominal ones; the nominal ones where all draws
  /// are equal.
  private static func corrected(
    _ tails: (Double, Double), _ value: Double, _ draws: [Double], _ jackknife: [Double]
  ) -> (Double, Double)? {
    let below = draws.reduce(0.0) { $0 + ($1 < value ? 1 : $1 == value ? 0.5 : 0) }
    let share = below / Double(draws.count)
    guard let mean = Sample.mean(jackknife) else { return nil }
    let cubes = jackknife.reduce(0) { $0 + pow(mean - $1, 3) }
    let squares = jackknife.reduce(0) { $0 + pow(mean - $1, 2) }
    guard squares > 0 else { return tails }
    // Every draw on one side: the correction is infinite, and no interval can be trusted.
    guard let bias = Normal.quantile(share) else { return nil }
    let acceleration = cubes / (6 * pow(squares, 1.5))
    func corrected(_ tail: Double) -> Double? {
      guard let z = Normal.quantile(tail) else { return nil }
      return Normal.cumulative(bias + (bias + z) / (1 - acceleration * (bias + z)))
    }
    guard let low = corrected(tails.0), let high = corrected(tails.1) else { return nil }
    return (low, high)
  }
}
