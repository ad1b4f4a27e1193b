import Foundation

extension ClusterBootstrap {
  /// A coefficient of agreement, at most 1, over items, resampling them one by one or in clusters.
  ///
  /// The percentile interval, joined with two more. The jackknife's with Student's t on
  /// log(1 − value): near 1 percentiles alone cover 0.87 to 0.92. And that of resamples which draw two
  /// items more, spread over the imagined ones: few items hold no example of what is rare, and where
  /// one category is, the others cover 0.70 to 0.90. Resamples without a value are left out.
  ///
  /// - Parameters:
  ///   - clusters: the cluster that each item belongs to; nil where each is its own.
  ///   - imagined: how many further items, one of every kind that can be, `statistic` knows behind the
  ///     items; see ``imagined(categories:raters:)``.
  ///   - statistic: gets indices of items, with repetition.
  func estimate(
    items: Int, in clusters: [Int]?, rows: Int, imagined: Int = 0, statistic: ([Int]) -> Double
  ) -> Estimate? {
    let groups: [[Int]]
    if let clusters {
      guard clusters.count == items else { return nil }
      groups = Dictionary(grouping: 0..<items) { clusters[$0] }
        .sorted { $0.value[0] < $1.value[0] }.map(\.value)
    } else {
      groups = (0..<items).map { [$0] }
    }
    let value = statistic(Array(0..<items))
    guard items > 0, value.isFinite else { return nil }
    func result(_ interval: Interval?, _ caveats: [IntervalBasis.Caveat]) -> Estimate {
      Estimate(
        value: value, interval: interval, count: rows, clusters: groups.count,
        basis: IntervalBasis(
          confidence: confidence, method: interval == nil ? .none : .bootstrap,
          unit: clusters == nil ? .items : .prompts, caveats: caveats))
    }
    guard groups.count > 1, resamples > 1, confidence > 0, confidence < 1 else {
      return result(nil, [.oneGroup])
    }
    let without = groups.indices.map { omitted in
      statistic(groups.enumerated().filter { $0.offset != omitted }.flatMap(\.element))
    }
    let spread = jackknife(value, without)
    if let spread, spread.high - spread.low < Self.rounding { return result(nil, [.noSpread]) }
    var interval = spread
    var ways = [groups.count]
    if imagined > 0, groups.count <= Self.few { ways.append(groups.count + Self.imaginedWeight) }
    for places in ways {
      var generator = SeededGenerator(seed: seed)
      var draws: [Double] = []
      for _ in 0..<resamples {
        var chosen: [Int] = []
        for _ in groups {
          let place = generator.index(below: places)
          if place < groups.count {
            chosen += groups[place]
          } else {
            chosen.append(items + generator.index(below: imagined))
          }
        }
        let draw = statistic(chosen)
        if draw.isFinite { draws.append(draw) }
      }
      draws.sort()
      if 2 * draws.count > resamples,
        let low = Sample.quantile((1 - confidence) / 2, ofSorted: draws),
        let high = Sample.quantile((1 + confidence) / 2, ofSorted: draws)
      {
        let percentiles = Interval(low, high)
        interval = interval.map { $0.hull(percentiles) } ?? percentiles
      }
    }
    if let found = interval, found.high - found.low < Self.rounding {
      return result(nil, [.noSpread])
    }
    return result(
      interval?.clipped(to: -1...1),
      interval == nil ? [.notFinite] : groups.count < Inference.few ? [.tooFew] : [])
  }

  /// With more clusters than this, two imagined items change nothing.
  private static let few = 200

  /// What all imagined items together weigh, in clusters: half of one for each of the four kinds that
  /// two raters and two categories have.
  private static let imaginedWeight = 2

  /// An item for each ordered pair of categories: half of the raters chose one, half the other;
  /// `[item][category]`. None for more than ten categories, which no few items could fill anyway.
  static func imagined(categories: Int, raters: Int = 2) -> [[Int]] {
    guard categories <= 10 else { return [] }
    return (0..<categories).flatMap { first in
      (0..<categories).map { second in
        var counts = [Int](repeating: 0, count: categories)
        counts[first] += (raters + 1) / 2
        counts[second] += raters / 2
        return counts
      }
    }
  }

  /// Widths below are those of equal numbers.
  private static let rounding = 1e-9

  private func jackknife(_ value: Double, _ without: [Double]) -> Interval? {
    guard without.allSatisfy(\.isFinite), let mean = Sample.mean(without),
      let factor = StudentT.quantile((1 + confidence) / 2, degrees: Double(without.count - 1))
    else { return nil }
    let count = Double(without.count)
    let squares = without.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let half = factor * ((count - 1) / count * squares).squareRoot()
    let room = 1 - value
    guard room > 1e-9 else { return Interval(value - half, value) }
    let scale = exp(half / room)
    return Interval(1 - room * scale, 1 - room / scale)
  }
}
