/// One training metric of one stage over its seeds, thinned out to what a small plot can show.
struct CurveBand: Equatable {
  struct Point: Equatable {
    let step: Double
    /// Over seeds: mean, least and largest of the seeds' means in this bin.
    let mean: Double
    let low: Double
    let high: Double
  }

  let points: [Point]
  /// Steps averaged into one point; 1 where nothing was averaged.
  let stepsPerPoint: Int
  /// Seeds that reported the metric.
  let seeds: Int
  /// Values that were not finite and were left out.
  let nonfinite: Int

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
    var bins: [Int: [Int: (sum: Double, steps: Double, count: Double)]] = [:]
    var lost = 0
    for (seed, values) in used.enumerated() {
      for (step, value) in values {
        guard value.isFinite else {
          lost += 1
          continue
        }
        var entry = bins[(step - first) / width, default: [:]][seed] ?? (0, 0, 0)
        entry.sum += value
        entry.steps += Double(step)
        entry.count += 1
        bins[(step - first) / width, default: [:]][seed] = entry
      }
    }
    nonfinite = lost
    points = bins.keys.sorted().compactMap { bin in
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
