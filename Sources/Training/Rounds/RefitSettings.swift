import Recipe

/// How a reward model is fitted in every round to tell demonstrations from samples: the section
/// `refit`.
public struct RefitSettings: Equatable, Sendable {
  public enum Start: String, CaseIterable, Sendable {
    /// A new head on the model that the section names.
    case fresh
    /// The reward model of the round before.
    case continued
  }

  public enum History: String, CaseIterable, Sendable {
    /// The samples of this round.
    case last
    /// Those of all rounds until now.
    case all
  }

  /// Whose body the reward model starts from; the policy's where it is missing.
  let origin: ModelSource?
  let step: RewardContrast.Form
  /// λ of the squared rewards.
  let regularisation: Double
  let start: Start
  let history: History
  let endsTexts: Bool?
  let training: OptimisationSettings

  public init(from section: Section, _ names: RecipeNames) {
    origin =
      section.has("from")
      ? names.model(
        "from", in: section,
        about: "Model whose body the reward starts from; the policy's without it.") : nil
    // The bounded form, as in the authors' code; the linear one is the gradient of their theory.
    step = section.choice(
      "step", default: .logSigmoid, about: "The loss: bounded, or the linear one of the theory.")
    // 0.01 holds rewards within reach of each other without moving pairs that are told apart.
    regularisation = section.double(
      "regularisation", default: 0.01, atLeast: 0, about: "Weight of squared rewards.")
    if step == .linear, regularisation == 0 {
      section.mistake(
        "regularisation", "the linear step has no bound without it; give a number above 0")
    }
    // Fresh and over all rounds, as in the authors' code.
    start = section.choice(
      "start", default: .fresh,
      about: "A new head in every round, or the reward of the round before.")
    history = section.choice(
      "history", default: .all, about: "Samples of this round, or of all until now.")
    endsTexts = section.optionalBool(
      "end_token", about: "Whether the reward reads an end token after each text.")
    training = OptimisationSettings(
      from: section.section("training", about: "How the reward is moved."), learningRate: 1e-4,
      epochs: 1)
  }
}
