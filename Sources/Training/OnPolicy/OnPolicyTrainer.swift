import Foundation
import Policy
import Runs
import Torch

/// Trains a policy on its own completions, one rollout a step.
///
/// Holds all that moves: the policy, the critic, both optimisers, and β. ``OnPolicyLoop`` puts it into
/// a stage's folder with journal and checkpoints. A method that improves a policy against a reward of
/// its own making, again and again, calls ``run(steps:)`` instead, which leaves no files.
///
/// All randomness follows from the seed and the number of the step.
public final class OnPolicyTrainer {
  /// Changed in place.
  public let policy: LanguageModel
  public let critic: Decoder?
  public let settings: OnPolicySettings
  /// Rollouts done.
  public internal(set) var step = 0
  /// What this object has spent so far.
  public internal(set) var costs = RolloutCosts()
  /// The last checkpoint's name, for messages.
  var lastGood: String?

  var collector: RolloutCollector
  let prompts: [PromptSettings.Prompt]
  let seed: UInt64
  var control: KLControl
  /// nil until the first rollout.
  var scale: RewardScale?
  var optimiser: AdamW
  var criticOptimiser: AdamW?
  private var order: Permutation

  /// - Parameters:
  ///   - policy: trained in place.
  ///   - reference: frozen; a model of its own.
  ///   - critic: trained in place; needed by methods with ``RolloutObjective/critic``.
  ///   - reward: of completions; only measures where there is an oracle.
  ///   - oracle: compares completions with those of ``RolloutObjective/opponent``.
  ///   - ranks: that train together.
  ///   - prompts: those whose longest completion exceeds a model's context are refused.
  /// - Throws: ``TrainingError/unusable(_:)`` for models or prompts that do not fit.
  public init(
    policy: LanguageModel, reference: Decoder, critic: Decoder? = nil, reward: (any Reward)?,
    oracle: (any PreferenceOracle)? = nil, prompts: [PromptSettings.Prompt],
    settings: OnPolicySettings, seed: UInt64, over ranks: Ranks = .alone
  ) throws {
    let name = type(of: settings.objective).name
    guard reference !== policy.decoder else {
      throw TrainingError.unusable("\(name): the reference must be a model of its own")
    }
    guard (critic != nil) == (settings.objective.critic != nil) else {
      throw TrainingError.unusable(
        critic == nil ? "\(name) needs a critic" : "\(name) has no use for a critic")
    }
    guard !prompts.isEmpty else {
      throw TrainingError.unusable("\(name): no prompts to complete")
    }
    guard reward != nil || (oracle != nil && settings.objective.opponent != nil) else {
      throw TrainingError.unusable("\(name): nothing says what a completion is worth")
    }
    self.policy = policy
    self.critic = critic
    self.settings = settings
    self.prompts = prompts
    self.seed = seed
    control = KLControl(settings.kl)
    let isLow = settings.training.memory == .low
    for model in [policy.decoder, critic].compactMap(\.self) { model.recomputesBlocks = isLow }
    let adam = settings.training.adam
    optimiser = try AdamW(policy.decoder.trainable.tensors, adam, over: ranks)
    criticOptimiser = try critic.map { try AdamW($0.trainable.tensors, adam, over: ranks) }
    collector = RolloutCollector(
      policy: policy, reference: reference, reward: reward, oracle: oracle, settings: settings,
      seed: seed, ranks: ranks)
    order = Permutation(count: prompts.count, seed: Generator.mix(seed, "prompts"))
  }

  /// From a model that stays as it is and serves as reference: the policy begins as a copy of it, and
  /// the critic, where the method has one, as the settings say.
  public convenience init(
    from start: LanguageModel, reward: any Reward, prompts: [PromptSettings.Prompt],
    settings: OnPolicySettings, seed: UInt64
  ) throws {
    try self.init(
      policy: LanguageModel(start.decoder.copied(), start.tokenizer), reference: start.decoder,
      critic: settings.objective.critic?.begin(beside: start, reward, seed: seed),
      reward: reward, prompts: prompts, settings: settings, seed: seed)
  }

  /// `steps` rollouts and their updates, in memory: the inner loop of methods that change the reward
  /// between calls.
  ///
  /// The learning rate follows the settings' schedule over the settings' steps, counted from the first
  /// call on, and stays at its last value beyond them; `schedule: constant` leaves it alone.
  ///
  /// - Parameters:
  ///   - reward: takes the place of the one so far, from this call on.
  ///   - report: gets the number and the metrics of each step.
  /// - Returns: the metrics of the last step.
  @discardableResult
  public func run(
    steps: Int, against reward: (any Reward)? = nil,
    report: (Int, [String: Double]) -> Void = { _, _ in }
  ) throws -> [String: Double] {
    if let reward { collector.reward = reward }
    var metrics: [String: Double] = [:]
    for _ in 0..<steps {
      metrics = try advance()
      report(step, metrics)
    }
    return metrics
  }

  /// One rollout, and the updates it serves.
  ///
  /// - Returns: metrics under TRL's names; the same for the same seed, step and weights.
  /// - Throws: ``TrainingError/nonfinite(what:step:examples:checkpoint:)`` before the update that
  ///   would have spoiled the weights.
  @discardableResult
  public func advance() throws -> [String: Double] {
    let before = costs
    let batch = order.examples(from: step * settings.batch, length: settings.batch)
      .map { prompts[$0] }
    let scale = try self.scale ?? collector.scale(of: batch, costs: &costs)
    self.scale = scale
    let kl = control.coefficient
    let experience = try collector.collect(
      batch, step: step, critic: critic, scale: scale, costs: &costs)
    var credits = settings.objective.credit(
      experience.episodes, samples: settings.samples, kl: kl)
    for place in experience.unanswered {
      credits[place] = Credit(whole: 0, tokens: experience.episodes[place].old.count)
    }
    var metrics = experience.metrics(
      kl: kl, credits: credits, hasOpponent: settings.objective.opponent != nil)
    let updated = try costs.timing(\.training) { costs in
      try update(experience, credits, kl: kl, &costs)
    }
    metrics.merge(updated) { first, _ in first }
    control.follow(
      divergence: metrics["objective/kl"] ?? 0, episodes: experience.episodes.count)
    step += 1
    metrics["epoch"] = Double(step * settings.batch) / Double(prompts.count)
    metrics["num_tokens"] = Double(costs.trainedTokens - before.trainedTokens)
    metrics["generated_tokens"] = Double(costs.generatedTokens - before.generatedTokens)
    metrics["reward_calls"] = Double(costs.rewardCalls - before.rewardCalls)
    return metrics
  }

  /// Whether the policy learns in the step to come, or waits for its critic.
  var movesPolicy: Bool { step >= settings.objective.critic?.warmup ?? 0 }
}
