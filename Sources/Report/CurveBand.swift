/// One training metric of one stage over its seeds, thinned out to what a small plot can show.
struct CurveBand: Equatable {
  struct Point: Equatable {
    let step: Double
    /// Over seeds: mean, least and largest of the seeds' means in this bin.
    let mean: Double
    let low: Double
    let high: Double
  }

  /// Over the steps that all seeds have: a mean of fewer would jump where one of them ends.
  let points: [Point]
  /// What single seeds have beside those steps, each joined to its own last point within them.
  let rests: [[Point]]
  /// Steps averaged into one point; 1 where nothing was averaged.
  let stepsPerPoint: Int
  /// Seeds that reported the metric.
  let seeds: Int
  /// Values that were not finite and were left out.
  let nonfinite: Int

  private typealias Value = (step: Int, value: Double)

  /// - Parameter series: one array of (step, value) for each seed.
  init(_ series: [[(step: Int, value: Double)]], maximumPoints: Int = 90) {
    let used = series.filter { !$0.isEmpty }
    seeds = used.count
    let steps = used.flatMap { $0.map(\.step) }
    let first = steps.min() ?? 0
    let span = (steps.max() ?? 0) - first + 1
    let distinct = Set(steps).count
    let room = max(1, maximumPoints)
    let width = distinct <= room ? 1 : (span + room - 1) / room
    stepsPerPoint = width
    nonfinite = used.joined().count { !$0.value.isFinite }
    let finite = used.map { $0.filter(\.value.isFinite) }
    // Ends of seeds, whether or not what they reported there was a number.
    let from = used.compactMap { $0.map(\.step).min() }.max() ?? 0
    let to = used.compactMap { $0.map(\.step).max() }.min() ?? 0
    func bin(_ step: Int) -> Int { (step - first) / width }
    let meets = from <= to
    let inside = finite.map { values in
      values.filter { meets && $0.step >= from && $0.step <= to }
    }
    points = Self.points(inside, bin)
    rests = zip(finite, inside).flatMap { values, inside -> [[Point]] in
      guard meets else { return [Self.points([values], bin)] }
      let own = Self.points([inside], bin)
      let early = Self.points([values.filter { $0.step < from }], bin)
      let late = Self.points([values.filter { $0.step > to }], bin)
      return [
        early.isEmpty ? [] : early + own.prefix(1), late.isEmpty ? [] : own.suffix(1) + late,
      ]
    }.filter { !$0.isEmpty }
  }

  private static func points(_ series: [[Value]], _ bin: (Int) -> Int) -> [Point] {
    var bins: [Int: [Int: (sum: Double, steps: Double, count: Double)]] = [:]
    for (seed, values) in series.enumerated() {
      for (step, value) in values {
        var entry = bins[bin(step), default: [:]][seed] ?? (0, 0, 0)
        entry.sum += value
        entry.steps += Double(step)
        entry.count += 1
        bins[bin(step), default: [:]][seed] = entry
      }
    }
    return bins.keys.sorted().compactMap { bin in
      guard let entries = bins[bin] else { return nil }
      // In order of seeds: sums of floating-point numbers depend on the order.
      let inOrder = entries.keys.sorted().compactMap { entries[$0] }
      let means = inOrder.map { $0.sum / $0.count }
      let steps = inOrder.map { $0.steps / $0.count }
      guard let low = means.min(), let high = means.max() else { return nil }
      let count = Double(means.count)
      return Point(
        step: steps.reduce(0, +) / count, mean: means.reduce(0, +) / count, low: low, high: high)
    }
  }
}
