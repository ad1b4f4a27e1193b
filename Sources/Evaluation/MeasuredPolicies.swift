import Runs

/// All measurements of an evaluation, from what its policies wrote: what an evaluation records, and what
/// whoever checks a record makes again.
struct MeasuredPolicies {
  let settings: EvaluationSettings
  /// The reference first; β is the scale of a method's implicit reward, where it has one.
  let policies: [(policy: EvaluatedPolicy, beta: Double?)]
  let scorer: String
  /// Nil where nothing ranks completions.
  let rewardName: String?
  let heldOutName: String?
  let rewardIsLogOdds: Bool

  /// - Parameters:
  ///   - rows: of every policy, in their order.
  ///   - chosen: rewards of the completions compared with as chosen, `[prompt][completion]`.
  func measurements(_ rows: [[PromptRows]], chosen: [[Double]]) -> [Measurement] {
    let reference = policies[0].policy
    let found = zip(policies, rows).map { subject, own in
      PolicyMeasures(
        findings: Findings(settings: settings), policy: subject.policy, beta: subject.beta,
        rows: own, reference: (reference.id, rows.first ?? []), chosen: chosen, scorer: scorer,
        rewardName: rewardName, heldOutName: heldOutName, rewardIsLogOdds: rewardIsLogOdds
      ).all
    }
    var measurements = zip(policies, found).flatMap { subject, findings in
      findings.map { $0.measurement(of: subject.policy.id) }
    }
    let finals = policies.indices.dropFirst().filter { policies[$0].policy.isFinal }.map {
      Contender(
        policy: policies[$0].policy, findings: found[$0],
        rewards: rows[$0].map { $0.samples.compactMap(\.reward) })
    }
    measurements +=
      Tournament(
        settings: settings, contenders: finals, rewardName: rewardName,
        taken: Set(policies.map(\.policy.id))
      ).measurements
    return measurements
  }
}
