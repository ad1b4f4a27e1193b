import Recipe

/// Which preference oracle a stage asks: the section `oracle`.
public struct OracleSettings: Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    case bradleyTerry = "bradley-terry"
    case greater, longer, shorter, cyclic, judge
  }

  /// One of those that a mixture is made of.
  struct Member: Sendable {
    let name: String
    let weight: Double
    let settings: OracleSettings
  }

  /// Nil for a mixture.
  public let kind: Kind?
  /// Of the kinds `bradley-terry` and `greater`.
  let reward: RewardSource?
  let temperature: Double
  let seed: Int
  let classes: Int
  let strength: Double
  /// Of the kind `judge`.
  private let judge: (any OracleMaker)?
  /// Of a mixture.
  let members: [Member]
  /// The share of the answers that are turned round.
  let flip: Double
  /// Of which answers are, and of which member a question goes to.
  let noiseSeed: Int

  /// - Parameter isMember: of a mixture, whose members are no mixtures.
  public init(from section: Section, _ names: RecipeNames, isMember: Bool = false) {
    let isMixture = !isMember && section.has("mixture")
    let hasKind = section.has("kind")
    if isMixture, hasKind {
      section.mistake("kind", "stands beside a mixture, whose members have kinds of their own")
    }
    let isNested = isMember && section.keys.contains("mixture")
    let isUnknown = section.text("kind").map { Kind(rawValue: $0) == nil } ?? false
    if isNested {
      section.mistake(
        "mixture", "stands in a member of a mixture; give its members to the mixture itself")
      kind = .longer
    } else {
      let given: Kind? =
        isMixture && !hasKind
        ? nil : section.choice("kind", about: "What compares two completions.")
      // Whatever was meant, nothing else can be said of its keys.
      kind = isUnknown ? .longer : given
    }
    if isNested || isUnknown { section.leaveRest() }
    // Half the answers flipped is no preference any more.
    flip = section.double(
      "flip", default: 0, atLeast: 0, below: 0.5,
      about: "Share of the answers that are turned round.")
    noiseSeed = section.int(
      "noise_seed", default: 0, in: 0...Int.max,
      about: "Seed of which answers are turned round, and of which member is asked.")
    if section.has("noise_seed"), !isMixture, !section.has("flip") {
      section.mistake("noise_seed", "nothing is drawn here; give flip, or leave it out")
    }
    if !isMember, !isMixture { _ = section.optionalSection("mixture", about: Self.aboutMixture) }
    members = isMixture ? Self.members(section, names) : []
    let needsReward = kind == .bradleyTerry || kind == .greater
    reward =
      needsReward
      ? names.reward(
        "reward", in: section, about: "Whose difference decides: synthetic, or a reward model.")
      : nil
    if needsReward, reward == nil {
      section.mistake(
        "reward",
        "an oracle of kind \(kind?.rawValue ?? "") needs one: synthetic, or a reward model's stage")
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

  private static let aboutMixture = "Oracles that questions are dealt to."

  private static func members(_ section: Section, _ names: RecipeNames) -> [Member] {
    let members = section.sections("mixture", about: aboutMixture).map {
      name, section in
      Member(
        name: name,
        weight: section.double(
          "weight", above: 0, about: "Share of the questions, with the others' weights."),
        settings: OracleSettings(from: section, names, isMember: true))
    }
    if members.count < 2 {
      section.mistake(
        "mixture",
        "has \(members.count) member\(members.count == 1 ? "" : "s"); give two or more, each with its weight and kind"
      )
    }
    // Two would write one ledger.
    if members.count(where: { $0.settings.kind == .judge }) > 1 {
      section.mistake(
        "mixture", "has two members of kind judge; name both judges in one of them")
    }
    return members
  }

  /// All that may score a completion: its own reward, and those of its members.
  var rewards: [RewardSource] { [reward].compactMap(\.self) + members.flatMap(\.settings.rewards) }

  /// What a number of comparisons will ask of judges, at most; nothing for the other kinds.
  func questions(comparisons: Int) -> QuestionCount {
    if !members.isEmpty {
      return members.reduce(QuestionCount()) {
        $0 + $1.settings.questions(comparisons: comparisons)
      }
    }
    return judge?.questions(comparisons: comparisons) ?? QuestionCount()
  }

  /// What cannot work, a line each that begins with the key.
  ///
  /// - Throws: for a reward that cannot be read, or is none.
  func problems(_ sizes: StageSizes) throws -> [String] {
    for reward in rewards { _ = try sizes.operations(of: reward, tokens: 0) }
    return try members.flatMap { try $0.settings.problems(sizes) }
      + (judge?.contextProblems(base: sizes.base).map { "oracle.judges: \($0)" } ?? [])
  }

  func oracle(_ context: StageContext) throws -> any PreferenceOracle {
    let sure = try answering(context)
    return flip > 0 ? FlippedOracle(sure, share: flip, seed: UInt64(noiseSeed)) : sure
  }

  private func answering(_ context: StageContext) throws -> any PreferenceOracle {
    switch kind {
    case nil:
      return MixedOracle(
        try members.map { member in
          MixedOracle.Member(
            name: member.name, weight: member.weight, oracle: try member.settings.oracle(context))
        }, seed: UInt64(noiseSeed))
    case .bradleyTerry, .greater:
      guard let reward else {
        throw TrainingError.unusable("stage \(context.name): its oracle has no reward")
      }
      return RewardOracle(try context.reward(reward), temperature: temperature)
    case .judge:
      guard let judge else {
        throw TrainingError.unusable("stage \(context.name): its oracle has no judge")
      }
      guard !context.ranks.isAlone else { return try judge.oracle(context) }
      return FollowedOracle(
        context.ranks.leads ? try judge.oracle(context) : nil, over: context.ranks)
    case .longer: return RewardOracle(LengthReward(isLongerBetter: true), temperature: 0)
    case .shorter: return RewardOracle(LengthReward(isLongerBetter: false), temperature: 0)
    case .cyclic:
      return CyclicOracle(seed: UInt64(seed), classes: classes, strength: strength)
    }
  }
}
