import Foundation
import Runs
import Statistics

/// Turns values into findings, each kind of estimate with the interval that suits it.
///
/// Means over completions get a standard error clustered by prompt and Student's t; shares Wilson's
/// interval with the effective number of trials p(1 − p)/SE²; quotients of sums a bootstrap over
/// prompts.
struct Findings {
  let settings: EvaluationSettings

  private var percent: String { settings.percent }

  /// The mean of values that come several to a prompt, `[prompt][value]`.
  func mean(
    _ name: String, _ values: [[Double]], against reference: String? = nil, unit: String,
    _ direction: Direction, _ what: String
  ) -> Finding {
    let finite = values.map { $0.filter(\.isFinite) }
    var estimate = ClusteredMean.estimate(finite, confidence: settings.confidence)
    if unit == "share", let interval = estimate?.interval {
      estimate?.interval = Interval(max(0, interval.low), min(1, interval.high))
    }
    return Finding(
      name: name, reference: reference, unit: unit, direction: direction, estimate: estimate,
      what: what,
      spread: "\(percent) % interval: standard error clustered by prompt, Student's t",
      nonfinite: values.joined().count - finite.joined().count,
      prompts: finite.contains(where: \.isEmpty) ? nil : finite.compactMap(Sample.mean))
  }

  /// The share of values above 0; a value between 0 and 1 counts in part.
  func share(
    _ name: String, _ values: [[Double]], against reference: String? = nil,
    _ direction: Direction, _ what: String
  ) -> Finding {
    var finding = mean(
      name, values, against: reference, unit: "share", direction, what)
    finding.spread =
      "\(percent) % interval: Wilson with the effective number of trials p(1 − p)/SE², SE "
      + "clustered by prompt (at 0 and 1, and with one prompt's spread, the number of prompts)"
    if let estimate = finding.estimate {
      finding.estimate?.interval = wilson(
        estimate, error: ClusteredMean.standardError(values.map { $0.filter(\.isFinite) }))
    }
    return finding
  }

  private func wilson(_ estimate: Estimate, error: Double?) -> Interval? {
    let share = estimate.value
    guard share >= 0, share <= 1, estimate.clusters > 1 else { return nil }
    var trials = estimate.clusters
    if let error, error > 0, share > 0, share < 1 {
      // Never above the values that went in: clusters that balance out by chance prove nothing.
      let effective = share * (1 - share) / (error * error)
      trials = max(1, Int(min(effective, Double(estimate.count)).rounded()))
    }
    return Wilson.interval(
      successes: min(share * Double(trials), Double(trials)), of: trials,
      confidence: settings.confidence)
  }

  /// Σ sums / Σ counts over prompts, through a rising `transform`.
  func quotient(
    _ name: String, sums: [Double], counts: [Int], against reference: String? = nil, unit: String,
    _ direction: Direction, _ what: String, transform: (Double) -> Double = { $0 }
  ) -> Finding {
    let kept = zip(sums, counts).filter { $0.0.isFinite }
    let bootstrap = ClusterBootstrap(
      resamples: settings.bootstrap, seed: UInt64(settings.seed), confidence: settings.confidence)
    var estimate = bootstrap.mean(sums: kept.map(\.0), counts: kept.map(\.1))
    if let found = estimate {
      estimate?.value = transform(found.value)
      estimate?.interval = found.interval.map { Interval(transform($0.low), transform($0.high)) }
      if !transform(found.value).isFinite { estimate = nil }
    }
    return Finding(
      name: name, reference: reference, unit: unit, direction: direction, estimate: estimate,
      what: what,
      spread: "\(percent) % interval: percentile bootstrap over prompts, "
        + "\(settings.bootstrap) resamples", nonfinite: sums.count - kept.count)
  }

  /// How often one side's scores beat the other's, over combinations of a prompt's completions.
  ///
  /// - Parameter areCoupled: both sides were drawn with common random numbers: samples of one place are
  ///   no independent draws and are left out where there are others.
  func winRate(
    _ first: [[Double]], _ second: [[Double]], against reference: String, areCoupled: Bool = false,
    _ what: String
  ) -> Finding {
    let prompts = zip(first, second).map { Self.combinations($0, $1, areCoupled: areCoupled) }
    let compared = prompts.filter { !$0.isEmpty }
    let shares = compared.compactMap(Sample.mean)
    var estimate = Sample.estimate(shares, confidence: settings.confidence)
    estimate?.count = compared.reduce(0) { $0 + $1.count }
    if let found = estimate {
      estimate?.interval =
        found.clusters > 1 && Sample.variance(shares) == 0
        ? wilson(found, error: nil)
        : found.interval.map { Interval(max(0, $0.low), min(1, $0.high)) }
    }
    let lost = [first, second].joined().joined().filter { !$0.isFinite }.count
    let which = areCoupled ? "independent combinations" : "all combinations"
    return Finding(
      name: "win_rate", reference: reference, unit: "share", direction: .higher,
      estimate: estimate,
      what: "\(what), \(which) of a prompt's completions, ties one half",
      spread: "\(percent) % interval: Student's t over prompts (Wilson where all prompts agree)",
      nonfinite: lost, prompts: shares.count == first.count ? shares : nil)
  }

  /// 1, ½ or 0 for each combination of two finite scores that counts.
  private static func combinations(
    _ ours: [Double], _ theirs: [Double], areCoupled: Bool
  ) -> [Double] {
    let isAlone = ours.count == 1 && theirs.count == 1
    return ours.enumerated().flatMap { place, score in
      theirs.enumerated().compactMap { other, opponent -> Double? in
        guard score.isFinite, opponent.isFinite, !areCoupled || isAlone || place != other
        else { return nil }
        return score > opponent ? 1 : score == opponent ? 0.5 : 0
      }
    }
  }
}
