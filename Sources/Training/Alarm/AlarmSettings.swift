import Recipe
import Runs

/// The `alarm` of a stage: what tells, while it trains, that its reward gains more than a held-out one.
struct AlarmSettings {
  let reward: RewardSource?
  let heldOutReward: RewardSource?
  let prompts: PromptSettings
  /// Prompts of a look. 64 find a difference of 20 points beyond the margin in about four looks.
  let limit: Int
  /// Steps between two looks.
  let every: Int
  let maxTokens: Int
  /// Two rewards of one quality differ by a few points of win rate; more is of the training.
  let margin: Double
  let rate: Double

  /// - Parameter trained: the reward that the stage trains on, where it names one.
  init(from section: Section, _ names: RecipeNames, trained: RewardSource? = nil) {
    reward =
      names.reward("reward", in: section, about: "The reward that the training follows.") ?? trained
    heldOutReward = names.reward(
      "held_out_reward", in: section,
      about: "A reward that nothing is trained on, to tell whether it gains too.")
    limit = section.int(
      "limit", default: 64, in: 1...1_000_000,
      about: "Prompts of a look; 64 find a difference of 20 points in about four looks.")
    prompts = PromptSettings(
      from: section, names, limit: .some(section.has("limit") ? limit : nil))
    every = section.int(
      "every", default: 10, in: 1...100_000_000, about: "Steps between two looks.")
    maxTokens = section.int(
      "max_tokens", default: 64, in: 1...1_000_000,
      about: "Longest completion of a look, in tokens.")
    // A policy that is as good as its reference by the held-out reward cannot differ by more.
    margin = section.double(
      "margin", default: 0.1, atLeast: 0, below: 0.5,
      about: "Difference of win rates that two rewards of one quality may have.")
    rate = section.double(
      "rate", default: 0.05, above: 0, below: 1,
      about: "Chance of a false alarm over the whole training.")
    if reward == nil {
      section.mistake("reward", "is missing; name the reward that the training follows")
    }
    if heldOutReward == nil {
      section.mistake("held_out_reward", "is missing; name a reward that nothing is trained on")
    } else if reward == heldOutReward {
      section.mistake("held_out_reward", "is the training's reward; name another one")
    }
  }

  /// What a stage with this alarm needs besides.
  func foresee(
    into estimate: inout StageEstimate, _ sizes: StageSizes, _ policy: ModelSource
  ) throws {
    let shape = try sizes.model(policy)
    let offered = try prompts.sizes(
      vocabulary: shape.vocab, tokenizer: try sizes.tokenizer(policy), first: limit)
    if offered.count == 0 {
      estimate.problems.append("alarm.prompts: there is none; name data with prompts")
    }
    estimate.foresee(
      offered, PromptRoom(for: maxTokens, in: shape.positions, prompts.surplus),
      key: "alarm.max_tokens")
    let looks = (estimate.steps ?? 0) / every
    if looks == 0 {
      estimate.problems.append(
        "alarm.every: \(every) steps are more than the \(estimate.steps ?? 0) of the training, so that "
          + "nobody looks; lower it")
    }
    // Policy and reference each write one completion of every prompt; both rewards read them.
    let tokens = Double(looks * offered.count * 2) * (offered.tokens + Double(maxTokens))
    estimate.tokens += tokens
    estimate.operations += 2 * Double(shape.parameterCount) * tokens
    for source in [reward, heldOutReward] {
      estimate.operations += try sizes.operations(of: source, tokens: tokens)
    }
  }
}
