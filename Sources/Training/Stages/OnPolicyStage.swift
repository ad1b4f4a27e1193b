import Corpus
import Policy
import Recipe
import Torch

/// Trains a policy on its own fresh completions: PPO and its kin.
public struct OnPolicyStage: PolicyStage {
  public static let kind = "on-policy"
  public static let product = StageProduct.languageModel
  public static let repeatsPerSeed = true

  let policy: ModelSource
  let prompts: PromptSettings
  let reward: RewardSource?
  let oracle: OracleSettings?
  /// Whom completions are compared with; nil for the method's own opponent.
  public let opponents: OpponentMixture?
  let adapter: AdapterSettings?
  let alarm: AlarmSettings?
  /// Who draws; nil for this process.
  let engine: EngineSource?
  public let settings: OnPolicySettings

  public init(from section: Section, _ names: RecipeNames) {
    // By the policy's size, which is read first; whether it is there is said below.
    let size = names.weights(of: names.source(named: section.string("policy")))
    settings = OnPolicySettings(
      from: section,
      usual: size.map {
        UsualRate(weights: $0, hasAdapter: section.has("adapter"), .preferences)
      })
    policy = names.model(
      "policy", in: section,
      about: "Policy that training begins from, and the reference: a stage or a folder.")
    prompts = PromptSettings(from: section, names)
    reward = names.reward(
      "reward", in: section,
      about:
        "What scores completions: synthetic, a stage or folder with a reward head, or a server.")
    oracle = section.optionalSection(
      "oracle", about: "What compares completions, in the place of a reward."
    ).map { OracleSettings(from: $0, names) }
    opponents = OpponentMixture(of: section, names, hasRounds: false)
    engine = EngineSource(of: section, names)
    adapter = AdapterSettings(of: section, takesDropout: false)
    alarm = section.optionalSection(
      "alarm", about: "Tells when the training's reward gains more than a held-out one."
    ).map { [reward] in
      AlarmSettings(from: $0, names, trained: reward)
    }
    let name = type(of: settings.objective).name
    if oracle != nil, settings.objective.opponent == nil {
      section.mistake("oracle", "\(name) compares with no opponent; give it a reward")
    } else if oracle != nil, settings.scores != ScoreSettings() {
      section.mistake(
        "oracle",
        "takes the place of scores; normalise_reward, clip_reward, missing_end_score and "
          + "missing_end_penalty would change nothing")
    }
    if section.has("opponents"), settings.objective.opponent == nil {
      section.mistake("opponents", "\(name) compares with no opponent; leave them out")
    }
    if reward == nil, oracle == nil {
      section.mistake(
        "reward",
        "\(name) needs one: synthetic, a stage or folder with a reward head, or a server")
    }
    if settings.objective.critic?.start == .reward, let reward, !reward.isHere {
      section.section(name).mistake(
        "critic",
        "the reward is \(reward == .synthetic ? "synthetic" : "in a server"), no model that a critic could "
          + "begin as; use policy")
    }
  }

  public func weights(_ names: RecipeNames) -> Int? { names.weights(of: policy) }

  // MARK: As an aligned policy

  public var title: String { type(of: settings.objective).title }
  public var options: [String: String] {
    var options = Dictionary(
      settings.options.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    if let opponents { options["opponents"] = opponents.shown }
    return options
  }
  public var rewardScale: Double? { nil }
  public var checkpoints: Int { min(settings.training.checkpoints, settings.steps) }
  public var checkpointSteps: [Int]? {
    settings.training.checkpointSteps(of: settings.steps).sorted()
  }

  // MARK: Running

  public var isCutOverRanks: Bool { true }

  public func run(_ context: StageContext) throws -> StageResult {
    let reference = try context.model(policy)
    let reward = try self.reward.map(context.reward)
    let oracle = try self.oracle?.oracle(context)
    let model = try reference.begun(with: adapter, seed: context.seed(for: "adapter"))
    let seed = context.seed(for: "rollouts")
    let critic = try reward.flatMap {
      try settings.objective.critic?.begin(
        beside: reference, $0, under: adapter, seed: seed)
    }
    let trainer = try OnPolicyTrainer(
      policy: model, reference: reference.decoder, critic: critic, reward: reward,
      oracle: oracle,
      prompts: try fitting(
        try prompts.prompts(reference.reader, context), reference, critic, context),
      settings: settings, seed: seed, over: context.ranks)
    trainer.collector.engine = try engine?.maker.engine(
      for: reference, in: context.directory.url, context)
    trainer.collector.rivals = try RolloutRivals(opponents, context, beside: reference)
    var loop = OnPolicyLoop(
      decorate: { try context.furnish($0, with: model.tokenizer) }, shouldStop: context.shouldStop,
      report: context.progress)
    if let watch = try alarm.map({ try AlarmWatch($0, model, beside: reference, context) }) {
      loop.watch = { try watch.look(afterStep: $0) }
    }
    let outcome = try loop.run(trainer, in: context.directory)
    let costs = trainer.costs
    return StageResult(
      isFinished: outcome == .finished, tokens: costs.generatedTokens + costs.trainedTokens,
      oracleCalls: costs.rewardCalls, phases: costs.phases)
  }

  /// The prompts whose longest completion fits every context.
  private func fitting(
    _ all: [PromptSettings.Prompt], _ policy: LanguageModel, _ critic: Decoder?,
    _ context: StageContext
  ) throws -> [PromptSettings.Prompt] {
    let limit = [policy.decoder, critic].compactMap { $0?.configuration.positions }.min() ?? 0
    let short = try PromptRoom(for: settings.maxTokens, in: limit, prompts.surplus).kept(
      of: all, "stage \(context.name)", prompt: { $0 }, note: context.leaveOut)
    context.note("\(short.count) prompts, \(settings.batch * settings.samples) completions a step")
    return short
  }
}
