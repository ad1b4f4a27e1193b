import Foundation
import Runs
import Statistics

/// Turns values into findings; all intervals are those of ``Inference``.
struct Findings {
  let settings: EvaluationSettings

  var inference: Inference { settings.inference }

  /// The mean over prompts of values that come several to a prompt, `[prompt][value]`; values that
  /// are not finite are left out and counted.
  func finding(
    _ measure: Measure, _ values: [[Double]], against reference: String? = nil, _ what: String
  ) -> Finding {
    let finite = values.map { $0.filter(\.isFinite) }
    return Finding(
      measure: measure, reference: reference, what: what, values: finite,
      estimate: inference.estimate(measure.kind.quantity, seeds: [finite]),
      nonfinite: values.joined().count - finite.joined().count)
  }

  /// Σ sums / Σ counts over prompts.
  ///
  /// Each prompt enters with R + (sum − R·count)/mean count, R the quotient: these have the mean R and
  /// the spread that the quotient has to first order.
  ///
  /// Source: Cochran 1977, "Sampling techniques", chapter 6.
  func quotient(
    _ measure: Measure, sums: [Double], counts: [Int], against reference: String? = nil,
    _ what: String
  ) -> Finding {
    let kept = zip(sums, counts).map { sum, count in
      sum.isFinite && count > 0 ? (sum: sum, count: Double(count)) : nil
    }
    let known = kept.compactMap { $0 }
    let total = known.reduce(0) { $0 + $1.count }
    let whole = known.reduce(0) { $0 + $1.sum } / total
    let size = total / Double(known.count)
    var found = finding(
      measure, kept.map { part in part.map { [whole + ($0.sum - whole * $0.count) / size] } ?? [] },
      against: reference, what)
    found.nonfinite = sums.count { !$0.isFinite }
    return found
  }

  /// How often one side's scores beat the other's, over combinations of a prompt's completions and of
  /// both sides' seeds, `[seed][prompt][score]`.
  ///
  /// - Parameter areCoupled: both sides were drawn with common random numbers: samples of one place are
  ///   no independent draws and are left out where there are others.
  func winRate(
    _ first: [[[Double]]], _ second: [[[Double]]], against reference: String,
    areCoupled: Bool = false, _ what: String
  ) -> Finding {
    var values: [[Double]] = []
    if first.count == 1, second.count == 1 {
      values = zip(first[0], second[0]).map { ours, theirs in
        let tally = WinRate.wins(ours, against: theirs, areCoupled: areCoupled)
        return tally.of > 0 ? [tally.wins / Double(tally.of)] : []
      }
    }
    let which = areCoupled ? "independent combinations" : "all combinations"
    return Finding(
      measure: .winRate, reference: reference,
      what: "\(what), \(which) of a prompt's completions, ties one half", values: values,
      estimate: inference.winRate(first, against: second, areCoupled: areCoupled),
      nonfinite: (first + second).joined().joined().count { !$0.isFinite })
  }

  /// In words, how likely differences as large are where there is none; `[seed][prompt][difference]`.
  func test(_ differences: [[[Double]]]) -> String {
    let none = differences.first?.map { _ in [0.0] } ?? []
    guard let found = inference.difference(differences, minus: [none]) else { return "" }
    let p = found.pValue < 0.001 ? "below 0.001" : String(format: "%.3f", found.pValue)
    return "; two-sided p = \(p), \(found.test.rawValue)"
  }
}
