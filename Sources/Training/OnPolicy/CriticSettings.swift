import Policy
import Recipe
import Torch

/// A critic: a reward-head model of its own that predicts the return from every state.
public struct CriticSettings: Equatable, Sendable {
  /// What the critic begins as.
  public enum Start: String, CaseIterable, Sendable {
    /// The policy's body with a new head.
    case policy
    /// The reward model, head and all; it must share the policy's tokenizer.
    case reward
  }

  /// `policy` by default: it works with every reward. N+ begins from the reward model.
  public var start: Start
  /// The highest rate; that of the policy where nil, as in N+.
  public var learningRate: Double?
  /// Rollouts at the start in which only the critic learns.
  public var warmup: Int
  /// How far values may move from their old ones at full gradient; nil for any distance.
  public var clip: Double?

  public init(
    start: Start = .policy, learningRate: Double? = nil, warmup: Int = 0, clip: Double? = 0.2
  ) {
    self.start = start
    self.learningRate = learningRate
    self.warmup = warmup
    self.clip = clip
  }

  init(from section: Section) {
    start = section.choice(
      "critic", default: .policy,
      about: "What the critic begins as: the policy's body, or the reward model.")
    learningRate = section.optionalDouble(
      "critic_learning_rate", above: 0, atMost: 1,
      about: "The critic's highest rate; the policy's without it.")
    warmup = section.int(
      "critic_warmup", default: 0, in: 0...1_000_000,
      about: "Rollouts at the start in which only the critic learns.")
    // 0.2 as in N+; 0 turns it off.
    let range = section.double(
      "value_clip", default: 0.2, atLeast: 0,
      about: "How far values may move at full gradient; 0 turns it off.")
    clip = range > 0 ? range : nil
  }

  /// The critic at its beginning, a model of its own; with an adapter, the body that policy or reward
  /// model have, frozen, under one of its own.
  ///
  /// - Throws: ``TrainingError/unusable(_:)`` where it should begin as a reward that is no model, or
  ///   that reads other tokens than the policy writes.
  public func begin(
    beside policy: LanguageModel, _ reward: any Reward, under adapter: AdapterSettings? = nil,
    seed: UInt64
  ) throws -> Decoder {
    switch start {
    case .policy:
      guard let adapter else {
        return try policy.decoder.copied(
          labels: 1, headFrom: Generator(seed: seed, stream: "critic"))
      }
      return try policy.critic(under: adapter, seed: Generator.mix(seed, "critic"))
    case .reward:
      func refused(_ why: String) -> TrainingError {
        .unusable("a critic cannot begin as \(reward.name), \(why); use critic: policy")
      }
      guard let model = (reward as? ModelReward)?.model else { throw refused("which is no model") }
      guard model.tokenizer.hash == policy.tokenizer.hash else {
        throw refused("whose tokenizer is not the policy's")
      }
      guard model.decoder.configuration.pooling == .last else {
        throw refused("which pools all tokens and values no beginning of a text")
      }
      guard let adapter else { return try model.decoder.merged() }
      return try model.begun(with: adapter, seed: Generator.mix(seed, "critic")).decoder
    }
  }

  var options: [(name: String, value: String)] {
    [("critic", start.rawValue)]
      + (learningRate.map { [("critic_learning_rate", "\($0)")] } ?? [])
      + [("critic_warmup", "\(warmup)"), ("value_clip", "\(clip ?? 0)")]
  }
}
