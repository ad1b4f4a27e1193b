import Runs
import Statistics

/// Measurements of a method over the training seeds of one group: what another seed would give on
/// other prompts.
struct SeedMeasures {
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
    result.nonfinite = findings.reduce(0) { $0 + $1.nonfinite }
    result.values = []
    result.remark = ""
    guard findings.allSatisfy({ $0.estimate != nil }) else {
      result.estimate = nil
      result.remark = ": a seed has none"
      return result
    }
    result.what += ", mean over \(seeds.count) seeds"
    result.estimate = settings.inference
      .estimate(result.measure.kind.quantity, seeds: findings.map(\.values))
    if result.name == Measure.rewardDifference.name {
      result.remark = Findings(settings: settings).test(findings.map(\.values))
    }
    return result
  }
}
