import Policy
import Runs

extension Evaluator {
  /// The prompts that get a panel; none without a β, or without a reward, which the optimal policy
  /// weights by.
  private var densityPrompts: [EvaluationPrompt] {
    settings.densityBeta == nil || oracle == nil
      ? [] : Array(prompts.prefix(settings.densityPrompts))
  }

  /// The policies of the panels: of every group the final checkpoint of its first seed.
  var panelPolicies: [EvaluatedPolicy] {
    var found: [EvaluatedPolicy] = []
    for policy in subjects.map(\.policy) where policy.isFinal {
      if let index = found.firstIndex(where: { $0.group == policy.group }) {
        if let seed = policy.seed, let other = found[index].seed, seed < other {
          found[index] = policy
        }
      } else {
        found.append(policy)
      }
    }
    return found
  }

  private func densityKey(of subject: Subject) -> [String] {
    key(of: subject) + ["draws \(settings.densitySamples)", Self.identity(of: densityPrompts)]
  }

  /// Completions of the reference that all panels are made from.
  func densityDraws(_ base: LazyModel, _ meter: inout CostMeter) throws -> [DensityWork.Draw] {
    let part = densityPrompts
    guard let oracle, !part.isEmpty else { return [] }
    let (found, costs) = try WorkFolder(directory, id: reference.policy.id).complete(
      "density", key: densityKey(of: reference), chunks: part.count, shouldStop: shouldStop,
      progress: { self.report(reference.policy.id, "density", $0, part.count) },
      make: { (index: Int, meter: inout CostMeter) -> DensityWork.Draw in
        try DensityWork(settings: settings).draw(
          part[index], from: base.model(), RewardCalls(reward: oracle.reward), &meter)
      })
    for cost in costs { meter.add(cost) }
    return found
  }

  /// log π of all draws under a policy, `[prompt][draw]`.
  func densityScores(
    _ subject: Subject, _ model: LazyModel, _ draws: [DensityWork.Draw], _ meter: inout CostMeter
  ) throws -> [[Double]] {
    let part = densityPrompts
    let (found, costs) = try WorkFolder(directory, id: subject.policy.id).complete(
      "density", key: densityKey(of: subject), chunks: draws.count, shouldStop: shouldStop,
      progress: { self.report(subject.policy.id, "density", $0, draws.count) },
      make: { (index: Int, meter: inout CostMeter) -> DensityWork.Scores in
        try DensityWork(settings: settings).scores(
          draws[index], part[index], under: model.model(), &meter)
      })
    for cost in costs { meter.add(cost) }
    return found.map(\.logProbabilities)
  }

  /// - Parameter scores: log π by policy, `[prompt][draw]`.
  func panels(
    _ draws: [DensityWork.Draw], scores: [String: [[Double]]]
  ) -> [DensityPanel] {
    guard let beta = settings.densityBeta else { return [] }
    let policies = panelPolicies
    let seeds = Set(policies.map(\.seed))
    return draws.indices.compactMap { index in
      DensityWork.panel(
        draws[index], densityPrompts[index], beta: beta,
        seed: seeds.count == 1 ? seeds.first ?? nil : nil,
        policies: policies.compactMap { policy in
          scores[policy.id].map { (policy.id, $0[index]) }
        })
    }
  }
}
