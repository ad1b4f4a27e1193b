import Policy
import Runs
import Statistics

extension Evaluator {
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

  /// Density ratios of the final policies; none without a β, or without a reward, which the optimal
  /// policy weights by.
  ///
  /// - Parameter near: ids of policies that read the reference's ids: others give what it writes no
  ///   probability.
  func densityPanels(
    near: Set<String>, _ base: LazyModel, _ meter: inout CostMeter
  ) throws -> [DensityPanel] {
    let asked = Array(prompts.prefix(settings.densityPrompts))
    guard let oracle, let choice = settings.densityBeta, !asked.isEmpty else { return [] }
    let shown = panelPolicies.filter { near.contains($0.id) }
    var members = [DensityRounds.Member(subject: reference, load: { base })]
    for policy in shown {
      guard let subject = subjects.first(where: { $0.policy.id == policy.id }) else { continue }
      members.append(
        DensityRounds.Member(subject: subject) {
          LazyModel { try self.loaded(subject, beside: base.reader()) }
        })
    }
    var rounds = DensityRounds(
      evaluator: self, reward: RewardCalls(reward: oracle.reward), members: members,
      prompts: asked, choice: choice)
    try rounds.run(&meter)
    guard let beta = rounds.beta else { return [] }
    return meter.measure("density") { _ in
      DensityPanels(
        settings: settings, policies: members.map(\.subject.policy), proposals: rounds.proposals,
        beta: beta
      ).panels(Array(zip(asked, rounds.draws)))
    }
  }
}
