import Runs
import Statistics

/// What a policy got on every prompt: means over its completions, not a number where there are none.
public struct PolicyValues: Sendable {
  public let policy: EvaluatedPolicy
  /// Nil where nothing ranks completions.
  public let rewards: [Double]?
  public let heldOutRewards: [Double]?
  /// In nats; nil for a policy that reads other ids than the reference.
  public let kl: [Double]?

  init(_ policy: EvaluatedPolicy, _ rows: [PromptRows], isReference: Bool) {
    self.policy = policy
    func means(_ value: (SampleRow) -> Double?) -> [Double]? {
      guard rows.contains(where: { $0.samples.contains { value($0) != nil } }) else { return nil }
      return rows.map { Sample.mean($0.samples.map { value($0) ?? .nan }) ?? .nan }
    }
    rewards = means(\.reward)
    heldOutRewards = means(\.heldOutReward)
    kl = isReference ? rows.map { _ in 0 } : means(\.divergence)
  }
}
