import Runs
import Statistics

/// Follows proxy and held-out reward along the checkpoints of each method.
///
/// Source: Gao et al. 2023, "Scaling laws for reward model overoptimization".
/// Differs: both rewards are standardised by the reference's completions, as in `reward_gap`.
struct OverOptimisation {
  let inference: Inference
  /// Of the reference, and of one policy after another, `[prompt]`.
  let reference: [PromptRows]
  let policies: [(policy: EvaluatedPolicy, rows: [PromptRows])]

  /// Of every method with three checkpoints or more of each seed, in their order.
  var records: [OverOptimisationRecord] {
    var groups: [String] = []
    for (policy, _) in policies where policy.step != nil && !groups.contains(policy.group) {
      groups.append(policy.group)
    }
    return groups.compactMap(record)
  }

  private func record(_ group: String) -> OverOptimisationRecord? {
    let own = policies.filter { $0.policy.group == group && $0.policy.step != nil }
    func checkpoints(_ value: (SampleRow) -> Double?) -> [TurningPoint.Checkpoint]? {
      guard let before = means(of: reference, value), let spread = deviation(value) else {
        return nil
      }
      return own.compactMap { policy, rows -> TurningPoint.Checkpoint? in
        guard let kl = means(of: rows, \.divergence), let after = means(of: rows, value) else {
          return nil
        }
        return TurningPoint.Checkpoint(
          seed: policy.seed, kl: kl, gain: zip(after, before).map { ($0 - $1) / spread })
      }
    }
    guard let held = checkpoints(\.heldOutReward), held.count == own.count,
      let found = inference.turningPoint(held)
    else { return nil }
    // A reward that gives all the same says nothing that another could depart from.
    guard let trained = checkpoints(\.reward) else { return nil }
    let proxy = trained.count == own.count ? inference.turningPoint(trained)?.curve : nil
    func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
    return OverOptimisationRecord(
      group: group, seeds: Set(own.map(\.policy.seed)).count, prompts: reference.count,
      points: points(own.map(\.policy), held, trained),
      proxy: proxy.map { OverOptimisationRecord.Curve(alpha: $0.alpha, beta: $0.beta) },
      heldOut: OverOptimisationRecord.Curve(alpha: found.curve.alpha, beta: found.curve.beta),
      reached: found.reached, turn: finite(found.turn), low: finite(found.interval.low),
      high: finite(found.interval.high), verdict: found.verdict.rawValue,
      confidence: inference.confidence)
  }

  /// Means of a step's checkpoints, over seeds.
  private func points(
    _ policies: [EvaluatedPolicy], _ held: [TurningPoint.Checkpoint],
    _ trained: [TurningPoint.Checkpoint]
  ) -> [OverOptimisationRecord.Point] {
    guard trained.count == held.count else { return [] }
    return Set(policies.compactMap(\.step)).sorted().compactMap { step in
      let places = policies.indices.filter { policies[$0].step == step }
      func mean(_ value: (Int) -> [Double]) -> Double? { Sample.mean(places.flatMap(value)) }
      guard let kl = mean({ held[$0].kl }), let gain = mean({ trained[$0].gain }),
        let heldOutGain = mean({ held[$0].gain })
      else { return nil }
      return OverOptimisationRecord.Point(
        step: step, kl: kl, gain: gain, heldOutGain: heldOutGain)
    }
  }

  /// Of each prompt's completions; nil where one has no finite value.
  private func means(of rows: [PromptRows], _ value: (SampleRow) -> Double?) -> [Double]? {
    var found: [Double] = []
    for row in rows {
      guard let mean = Sample.mean(row.samples.map { value($0) ?? .nan }) else { return nil }
      found.append(mean)
    }
    return found
  }

  private func deviation(_ value: (SampleRow) -> Double?) -> Double? {
    let values = reference.flatMap { $0.samples.compactMap(value) }
    // Of equal values rounding may leave a spread.
    guard values.contains(where: { $0 != values[0] }) else { return nil }
    return Sample.standardDeviation(values).flatMap { $0 > 0 ? $0 : nil }
  }
}
