import Recipe

/// Which preference oracle a stage asks: the section `oracle`.
public struct OracleSettings: Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    case bradleyTerry = "bradley-terry"
    case greater, longer, shorter, cyclic, judge
  }

  public let kind: Kind
  /// Of the kinds `bradley-terry` and `greater`.
  let reward: RewardSource?
  let temperature: Double
  let seed: Int
  let classes: Int
  let strength: Double
  /// Of the kind `judge`.
  private let judge: (any OracleMaker)?

  public init(from section: Section, _ names: RecipeNames) {
    kind = section.choice("kind", about: "What compares two completions.")
    let needsReward = kind == .bradleyTerry || kind == .greater
    reward =
      needsReward
      ? names.reward(
        "reward", in: section, about: "Whose difference decides: synthetic, or a reward model.")
      : nil
    if needsReward, reward == nil {
      section.mistake(
        "reward",
        "an oracle of kind \(kind.rawValue) needs one: synthetic, or a reward model's stage")
    }
    // At 1 a difference of 1 in reward is preferred with 73 %, as if rewards were log-odds.
    temperature =
      kind == .bradleyTerry
      ? section.temperature(atMost: 1e6, about: "Difference of rewards that makes the odds e : 1.")
      : 0
    let isCyclic = kind == .cyclic
    seed =
      isCyclic
      ? section.int("seed", default: 0, in: 0...Int.max, about: "Which classes beat which.") : 0
    classes =
      isCyclic
      ? section.int("classes", default: 3, in: 3...999, about: "Classes of completions; odd.") : 3
    // Strong enough to be seen in few samples, and no certainty.
    strength =
      isCyclic
      ? section.double(
        "strength", default: 0.9, above: 0.5, atMost: 1,
        about: "How surely a class beats the next one.") : 0.9
    judge = kind == .judge ? names.judgedOracle?(section, names) : nil
    if kind == .judge, judge == nil {
      section.mistake("kind", "no judge can be asked here; choose another oracle")
    }
    if classes % 2 == 0 {
      section.mistake(
        "classes",
        "\(classes) classes cannot beat one another in a cycle; take an odd number")
    }
  }

  /// What a number of comparisons will ask of judges; nothing for the other kinds.
  func questions(comparisons: Int) -> QuestionCount {
    judge?.questions(comparisons: comparisons) ?? QuestionCount()
  }

  /// What cannot work, a line each that begins with the key.
  func problems(_ sizes: StageSizes) throws -> [String] {
    try judge?.contextProblems(base: sizes.base).map { "oracle.judges: \($0)" } ?? []
  }

  func oracle(_ context: StageContext) throws -> any PreferenceOracle {
    switch kind {
    case .bradleyTerry, .greater:
      guard let reward else {
        throw TrainingError.unusable("stage \(context.name): its oracle has no reward")
      }
      return RewardOracle(try context.reward(reward), temperature: temperature)
    case .judge:
      guard let judge else {
        throw TrainingError.unusable("stage \(context.name): its oracle has no judge")
      }
      return try judge.oracle(context)
    case .longer: return RewardOracle(LengthReward(isLongerBetter: true), temperature: 0)
    case .shorter: return RewardOracle(LengthReward(isLongerBetter: false), temperature: 0)
    case .cyclic:
      return CyclicOracle(seed: UInt64(seed), classes: classes, strength: strength)
    }
  }
}
