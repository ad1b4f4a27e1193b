import Runs
import Statistics

/// Measurements of a method over the training seeds of one group: what another seed would give, not
/// only other prompts.
///
/// Below five seeds the interval is Student's t over the seeds' values; from five on, where values
/// per prompt are known, a two-level bootstrap that draws seeds and then prompts.
struct SeedMeasures {
  /// Seeds from which a bootstrap over them is trusted.
  static let enough = 5

  let settings: EvaluationSettings
  /// The findings of each seed's final checkpoint.
  let seeds: [[Finding]]

  var all: [Finding] {
    guard seeds.count > 1, let first = seeds.first else { return [] }
    return first.compactMap { finding in
      let matching = seeds.compactMap { seed in
        seed.first { $0.name == finding.name && $0.reference == finding.reference }
      }
      return matching.count == seeds.count ? combined(matching) : nil
    }
  }

  private func combined(_ findings: [Finding]) -> Finding? {
    guard var result = findings.first else { return nil }
    let values = findings.compactMap(\.estimate?.value)
    let prompts = findings.compactMap(\.prompts)
    let count = findings.reduce(0) { $0 + ($1.estimate?.count ?? 0) }
    result.nonfinite = findings.reduce(0) { $0 + $1.nonfinite }
    result.prompts = nil
    guard values.count == findings.count else {
      result.estimate = nil
      result.spread = "a seed has no value"
      return result
    }
    result.what += ", mean over \(seeds.count) seeds"
    if seeds.count >= Self.enough, prompts.count == findings.count {
      result.estimate = SeedLevel.bootstrap(
        prompts, resamples: settings.bootstrap, seed: UInt64(settings.seed),
        confidence: settings.confidence)
      result.spread =
        "\(settings.percent) % interval: bootstrap of seeds and of prompts within them, "
        + "\(settings.bootstrap) resamples"
    } else {
      result.estimate = Sample.estimate(values, confidence: settings.confidence)
      result.spread =
        "\(settings.percent) % interval: Student's t over seeds, "
        + "\(seeds.count - 1) degrees of freedom"
    }
    if Set(values).count == 1 {
      // A few seeds that agree by chance do not make a number certain.
      result.estimate?.interval = nil
      result.spread = "no interval: all seeds have the same value"
    }
    result.estimate?.count = count
    if result.isShare, let interval = result.estimate?.interval {
      result.estimate?.interval = Interval(max(0, interval.low), min(1, interval.high))
    }
    return result
  }

  /// How often one group's policies beat another's: the mean over all pairs of their seeds.
  ///
  /// The variance is the sum of the variances over each side's seeds, with the degrees of freedom
  /// of the smaller side; prompts are shared by all and add to both.
  ///
  /// - Parameter rates: `[seed of one][seed of the other]`.
  static func winRate(
    _ rates: [[Finding]], against reference: String, settings: EvaluationSettings
  ) -> Finding? {
    let values = rates.map { $0.compactMap(\.estimate?.value) }
    guard var result = rates.first?.first, let width = rates.first?.count,
      values.allSatisfy({ $0.count == width }), let mean = Sample.mean(values.flatMap { $0 })
    else { return nil }
    let rows = values.compactMap(Sample.mean)
    let columns = (0..<width).compactMap { column in Sample.mean(values.map { $0[column] }) }
    let smaller = min(rows.count, columns.count)
    var interval: Interval?
    if let one = Sample.variance(rows), let other = Sample.variance(columns),
      let factor = StudentT.quantile((1 + settings.confidence) / 2, degrees: Double(smaller - 1)),
      one + other > 0
    {
      let error = (one / Double(rows.count) + other / Double(columns.count)).squareRoot()
      interval = Interval(max(0, mean - factor * error), min(1, mean + factor * error))
    }
    result.reference = reference
    result.prompts = nil
    result.estimate = Estimate(
      value: mean, interval: interval,
      count: rates.joined().reduce(0) { $0 + ($1.estimate?.count ?? 0) }, clusters: smaller)
    result.nonfinite = rates.joined().reduce(0) { $0 + $1.nonfinite }
    result.what += ", mean over \(rows.count) × \(columns.count) seeds"
    result.spread =
      "\(settings.percent) % interval: Student's t from the spread over each side's "
      + "seeds, \(smaller - 1) degrees of freedom"
    return result
  }
}
