import Recipe

/// A method as a user may ask about it: what it needs, its options, and stages that train by it.
///
/// Everything comes from the registries and from the readers of recipes; there is no other list.
public struct MethodEntry: Sendable {
  /// One way to train by it.
  public struct Use: Sendable {
    /// The kind of stage.
    public let kind: String
    /// What it needs, in words.
    public let needs: String
    /// A stage of a recipe, without its name: lines of YAML.
    public let example: [String]
  }

  public let name: String
  public let title: String
  public let card: MethodCard
  /// What opponents of the user's choice change in its equation; nil where it has none.
  public var opponents: String? {
    name == NashMD.name ? NashMD.opponents : RoundMethod(rawValue: name)?.opponents
  }
  public let uses: [Use]
  /// What of a stage is this method's own.
  public let options: [KeyList.Key]

  /// All methods, in the order of the registries.
  public static let all: [MethodEntry] =
    ObjectiveRegistry.all.map(MethodEntry.init(objective:))
    + RolloutObjectiveRegistry.all.map(MethodEntry.init(rollout:))
    + RoundMethod.allCases.filter { ObjectiveRegistry.type(named: $0.rawValue) == nil }
    .map(MethodEntry.init(rounds:))

  public static func named(_ name: String) -> MethodEntry? { all.first { $0.name == name } }

  private init(objective type: any Objective.Type) {
    name = type.name
    title = type.title
    card = type.card
    options = KeyList { _ = type.init(from: $0) }.keys
    let needs = KeyList.reading(type.init(from:)).needs
    var uses: [Use] = []
    if needs.isDisjoint(with: [.previous, .winRates]) {
      uses.append(Self.aligning(type.name, needs, options))
    }
    if let method = RoundMethod(rawValue: type.name) { uses.append(Self.inRounds(method)) }
    self.uses = uses
  }

  private init(rollout type: any RolloutObjective.Type) {
    name = type.name
    title = type.title
    card = type.card
    options = KeyList { _ = type.init(from: $0) }.keys
    let compares = KeyList.reading(type.init(from:)).opponent != nil
    var example = [
      "kind: on-policy", "method: \(type.name)", "policy: sft", "prompts: prompts",
      "reward: synthetic", "steps: 50", "batch: 16", "samples: \(max(2, type.usual.samples))",
      "kl: \(type.usual.kl)",
    ]
    let shown = Self.shown(options)
    if !shown.isEmpty { example.append("\(type.name): {\(shown.joined(separator: ", "))}") }
    example.append("training: {learning_rate: 3e-5, checkpoints: 3}")
    uses = [
      Use(
        kind: OnPolicyStage.kind,
        needs: compares ? "prompts and a reward or an oracle" : "prompts and a reward",
        example: example)
    ]
  }

  private init(rounds method: RoundMethod) {
    name = method.rawValue
    title = method.title
    card = method.card
    let type = ObjectiveRegistry.type(named: method.preset("objective"))
    options = type.map { type in KeyList { _ = type.init(from: $0) }.keys } ?? []
    uses = [Self.inRounds(method)]
  }

  private static func aligning(
    _ name: String, _ needs: ObjectiveNeeds, _ options: [KeyList.Key]
  ) -> Use {
    let rows: (words: String, data: String)
    if needs.contains(.pairs) {
      rows = ("pairs", "pairs")
    } else if needs.contains(.labels) {
      rows = ("completions labelled true or false", "labelled")
    } else if needs.contains(.sampler) {
      rows = ("a sample stage with rewards", "candidates")
    } else {
      rows = ("groups with rewards", "candidates")
    }
    return Use(
      kind: AlignStage.kind, needs: rows.words,
      example: [
        "kind: align", "objective: \(name)", "policy: sft", "data: \(rows.data)",
      ] + shown(options) + ["training: {epochs: 1, batch: 16, learning_rate: 3e-5}"])
  }

  private static func inRounds(_ method: RoundMethod) -> Use {
    let labels = method.preset("labels")
    var words: [String] = []
    var example = ["kind: rounds", "method: \(method.rawValue)", "policy: sft", "rounds: 3"]
    switch method.preset("source") {
    case "drawn":
      words.append("prompts")
      example.append("prompts: prompts")
    case "demonstrations":
      words.append("demonstrations")
      example.append("data: demonstrations")
    case "data":
      words.append("pairs")
      example.append("data: pairs")
    default:
      words.append("groups with rewards")
      example.append("data: candidates")
    }
    if labels == "reward" {
      words.append("a reward")
      example.append("reward: synthetic")
    } else if labels == "oracle" {
      words.append("an oracle or judge")
      example.append("oracle: {kind: bradley-terry, reward: synthetic}")
    }
    example.append(
      method.preset("optimiser") == "continued"
        ? "training: {steps: 8, batch: 16, learning_rate: 3e-5}"
        : "training: {epochs: 1, batch: 16, learning_rate: 3e-5}")
    return Use(kind: RoundsStage.kind, needs: words.joined(separator: " and "), example: example)
  }

  /// Options that have a default, as a recipe writes them.
  private static func shown(_ options: [KeyList.Key]) -> [String] {
    options.filter { key in
      switch key.declaration.usual {
      case nil, .null: false
      // What was seen only beside a word of a choice may be refused beside others.
      default: key.witness.isEmpty && key.conditions.isEmpty && !key.varies
      }
    }.prefix(4).map { "\($0.declaration.path): \($0.declaration.usualWords)" }
  }
}
