import Corpus
import Foundation
import Policy
import Recipe
import Runs
import Torch

/// Repeats sampling, labelling and fitting, each round from where the last one left the policy.
public struct RoundsStage: PolicyStage {
  public static let kind = "rounds"
  public static let product = StageProduct.languageModel
  public static let repeatsPerSeed = true
  /// Journal of ``RoundRecord``s, in the stage's folder.
  static let records = "rounds.jsonl"
  /// Journal of ``RoundCost``s, likewise.
  static let costs = "costs.jsonl"

  public let method: RoundMethod
  public let choices: RoundChoices
  public let objective: any Objective
  public let rounds: Int
  let policy: ModelSource
  let prompts: PromptSettings?
  /// What becomes of prompts that leave no room for what is drawn.
  let surplus: PromptRoom.Surplus
  let data: CandidateSource?
  /// K, samples of each prompt.
  public let width: Int
  /// Share of the data's prompts that get two samples in the place of their pair.
  let share: Double
  let temperature: Double
  let truncation: Truncation
  let maxTokens: Int
  let chunk: Int
  let selection: PairSelection
  let oracle: OracleSettings?
  /// Whom candidates are compared with; nil for each other.
  public let opponents: OpponentMixture?
  let reward: RewardSource?
  let refit: RefitSettings?
  /// What improves the policy against the refitted reward, in the place of the objective.
  public let inner: OnPolicySettings?
  /// How many last rounds' samples stand against the demonstrations.
  let sampleRounds: Int
  /// Share of the old average that is kept after a round.
  let averaging: Double
  let promptsPerRound: Int?
  let adapter: AdapterSettings?
  /// Who draws; nil for this process.
  let engine: EngineSource?
  let training: OptimisationSettings
  /// How many rounds leave a checkpoint.
  let keptRounds: Int
  let probePrompts: Int

  public init(from section: Section, _ names: RecipeNames) {
    method = section.choice(
      "method", about: "A published method, whose settings may be overruled one by one.")
    // A policy step against a reward needs something to stay near: π_ref, as the paper has it.
    if section.has("inner") { section.presume("anchor", "initial", from: "inner") }
    for (key, value) in method.preset { section.presume(key, value, from: "method") }
    choices = RoundChoices(from: section)
    objective = ObjectiveRegistry.objective(named: "objective", in: section)
    policy = names.model(
      "policy", in: section, about: "Policy that training begins from: a stage above or a folder.")
    rounds = section.int("rounds", in: 1...100_000, about: "How often to sample, label and fit.")
    prompts = choices.source == .drawn ? PromptSettings(from: section, names) : nil
    surplus = prompts?.surplus ?? (choices.draws ? .of(section) : .skip)
    data = RoundsStage.data(from: section, names, choices.source, method)
    width =
      choices.draws
      ? section.int("candidates", default: 2, in: 1...4096, about: "K, samples of each prompt.") : 0
    // 0.3 as the SAIL authors, who replace so many of the data's pairs by samples.
    share =
      choices.source == .data && choices.draws
      ? section.double(
        "share", default: 0.3, above: 0, atMost: 1,
        about: "Share of the data's prompts that get samples in the place of their pair.") : 1
    temperature = section.temperature(
      atMost: 10, about: "Of the sampler and of every log-probability alike.")
    truncation = choices.draws ? Truncation(from: section) : .none
    maxTokens =
      choices.draws
      ? section.int(
        "max_tokens", default: 64, in: 1...1_000_000, about: "Longest completion, in tokens.") : 1
    chunk = section.int("chunk", default: 32, in: 1...65_536, about: "Prompts sampled together.")
    selection = RoundsStage.selection(from: section, choices, objective)
    oracle = section.optionalSection("oracle", about: "What compares two completions.").map {
      OracleSettings(from: $0, names)
    }
    opponents = OpponentMixture(of: section, names, hasRounds: true)
    reward = names.reward(
      "reward", in: section,
      about:
        "What scores completions: synthetic, a stage or folder with a reward head, or a server.")
    refit =
      choices.labels == .refit
      ? RefitSettings(
        from: section.section("refit", about: "How the reward model is fitted in every round."),
        names) : nil
    inner =
      choices.labels == .refit
      ? section.optionalSection(
        "inner", about: "What improves the policy against the refitted reward; an on-policy method."
      ).map(RoundsStage.innerSettings) : nil
    // 1; the SPIN authors' code takes 2, the samples of this round and those of the one before.
    sampleRounds =
      choices.labels == .demonstration
      ? section.int(
        "sample_rounds", default: 1, in: 1...100_000,
        about: "How many last rounds' samples stand against the demonstrations.") : 1
    // The reference becomes 0.6 of the policy and 0.4 of itself, as in TR-DPO.
    averaging =
      choices.anchor == .ema
      ? section.double(
        "ema_decay", default: 0.4, atLeast: 0, below: 1,
        about: "Share of the old average that is kept after a round.") : 0
    // A few examples of a small round had better all be learnt from.
    if choices.optimiser == .continued {
      section.section("training", about: "How parameters are moved in a round.").presume(
        "held_out", "0", from: "steps")
    }
    engine = choices.draws ? EngineSource(of: section, names) : nil
    adapter = AdapterSettings(of: section, takesDropout: inner == nil)
    if adapter != nil, choices.anchor == .ema {
      section.mistake(
        "anchor",
        "a mean of two adapters' factors is no mean of the policies; set anchor: initial or previous"
      )
    }
    // 5e-7 and one pass are those of SPIN, SPPO, INPO and online DPO, for billions of weights.
    training = OptimisationSettings(
      from: section.section("training"), learningRate: 5e-7, epochs: 1,
      usual: names.usualRate(of: policy, hasAdapter: adapter != nil, .preferences))
    // Many small rounds take what their steps need; a few large ones take all prompts.
    let needed = (training.steps ?? 1) * training.batch
    promptsPerRound =
      choices.optimiser == .continued
      ? section.int(
        "prompts_per_round", default: needed, in: 1...100_000_000,
        about: "Prompts of a round; all without it.")
      : section.optionalInt("prompts_per_round", in: 1...100_000_000)
    // Ten points make a curve; every checkpoint takes three times the weights on disk.
    keptRounds = section.int(
      "checkpoint_rounds", default: min(rounds, 10), in: 1...100_000,
      about: "How many rounds leave a checkpoint: at most all of them, by default at most 10.")
    if keptRounds > rounds {
      section.mistake("checkpoint_rounds", "is \(keptRounds), and there are \(rounds) rounds")
    }
    probePrompts = section.int(
      "probe_prompts", default: 32, in: 0...100_000, about: "Prompts that the KL is measured on.")
    check(section)
  }

  private static func data(
    from section: Section, _ names: RecipeNames, _ source: RoundChoices.Source,
    _ method: RoundMethod
  ) -> CandidateSource? {
    let rows: String
    switch source {
    case .drawn: return nil
    case .demonstrations: rows = "demonstrations, rows of {prompt, completion}"
    case .data: rows = "pairs, rows of {prompt, chosen, rejected} or a sample stage"
    case .dataAndDrawn: rows = "candidates, rows of {prompt, completions, scores} or a sample stage"
    }
    guard section.has("data") else {
      section.mistake("data", "is missing; \(method.rawValue) needs \(rows)")
      return nil
    }
    return CandidateSource("data", in: section, names)
  }

  /// PPO, as in the IRL authors' code, against a reward whose completions of the reference have mean 0
  /// and deviation 1 after each refit.
  private static func innerSettings(_ section: Section) -> OnPolicySettings {
    if !section.has("method") { section.presume("method", "ppo", from: "inner") }
    section.presume("normalise_reward", "standardise", from: "method")
    return OnPolicySettings(from: section)
  }

  private static func selection(
    from section: Section, _ choices: RoundChoices, _ objective: any Objective
  ) -> PairSelection {
    guard choices.labels.judgesSamples else {
      return PairSelection(rule: .none, verdict: .hard, pool: .pair)
    }
    let isPairwise = objective.needs.contains(.pairs)
    let rule: PairRule = section.choice(
      "pairs", default: isPairwise ? .iid : PairRule.none,
      about: "Which pairs are made of the samples.")
    guard rule != .none else { return PairSelection(rule: rule, verdict: .hard, pool: .all) }
    let countsWins = objective.needs.contains(.winRates)
    return PairSelection(
      rule: rule,
      verdict: section.choice(
        "verdict", default: .hard,
        about: "Labels as the greater, as probabilities, or drawn from them."),
      pool: countsWins
        ? section.choice("win_rates", default: .all, about: "Whom win rates are taken against.")
        : .pair,
      leastMargin: section.double(
        "least_margin", default: 0, atLeast: 0, atMost: 1,
        about: "Leaves out pairs whose win rates differ by less."))
  }

  public func weights(_ names: RecipeNames) -> Int? { names.weights(of: policy) }

  // MARK: As an aligned policy

  public var title: String { method.title }
  public var rewardScale: Double? { inner == nil ? objective.rewardScale : nil }
  public var checkpoints: Int { keptRounds * (inner == nil ? training.checkpoints : 1) }

  public var options: [String: String] {
    var options = [
      "rounds": String(rounds), "objective": type(of: objective).name,
      "labels": choices.labels.rawValue, "anchor": choices.anchor.rawValue,
    ]
    if choices.draws { options["K"] = String(width) }
    if selection.rule != .none { options["pairs"] = selection.rule.rawValue }
    if let opponents { options["opponents"] = opponents.shown }
    guard let inner else {
      for option in objective.options { options[option.name] = option.value }
      return options
    }
    options["objective"] = type(of: inner.objective).name
    for option in inner.options { options[option.name] = option.value }
    return options
  }

  // MARK: Running

  public var isCutOverRanks: Bool { true }

  public func run(_ context: StageContext) throws -> StageResult {
    // Rows that cannot be read are refused before any model is.
    let material = try RoundMaterial.read(self, context)
    return try RoundsRun(self, context, material).run()
  }

  /// The rounds that leave a checkpoint: evenly spaced, the last one included.
  func isKept(_ round: Int) -> Bool {
    // The number of kept rounds among the first n grows where a multiple of 1 / kept is passed.
    round * keptRounds / rounds > (round - 1) * keptRounds / rounds
  }

  /// What a context leaves for the completions that are drawn; nil where none are.
  func room(in positions: Int) -> PromptRoom? {
    let longest = max(choices.draws ? maxTokens : 0, inner?.maxTokens ?? 0)
    return longest > 0 ? PromptRoom(for: longest, in: positions, surplus) : nil
  }
}
