import Corpus
import Foundation
import Policy
import Recipe
import Runs
import Torch

/// Fits a policy to an objective over candidates.
public struct AlignStage: Stage {
  public static let kind = "align"
  public static let product = StageProduct.languageModel
  public static let repeatsPerSeed = true

  public internal(set) var objective: any Objective
  public let policy: ModelSource
  let source: CandidateSource?
  /// The data, or the stage of kind sample, that it trains on.
  private let dataName: String?
  /// Candidates of one example: K.
  public let width: Int
  /// The recipe says so.
  let asksWidth: Bool
  /// The largest number of examples made of the candidates of one prompt.
  let groups: Int
  public let temperature: Double
  /// Tokens of a prompt and its longest candidate together; nil for the policy's context.
  let maxLength: Int?
  let adapter: AdapterSettings?
  public internal(set) var training: OptimisationSettings
  let probePrompts: Int
  let alarm: AlarmSettings?
  /// The KL that its strength is searched for; nil for a stage that trains as it is set.
  public var target: KLTarget?

  /// 1e-6 is the EXO paper's, for models of a billion weights.
  static let learningRate = 1e-6

  public init(from section: Section, _ names: RecipeNames) {
    objective = ObjectiveRegistry.objective(named: "objective", in: section)
    policy = names.model(
      "policy", in: section, about: "Policy that training begins from: a stage above or a folder.")
    source = CandidateSource("data", in: section, names)
    dataName = section.optionalString("data")
    asksWidth = section.has("candidates")
    width = section.int(
      "candidates", default: objective.needs.width ?? 4, in: 1...4096,
      about: "K, candidates of one example; 2 for pairs, 4 for groups.")
    groups = section.int(
      "groups", default: 1 << 20, in: 1...(1 << 20),
      about: "Most examples made of one prompt's candidates.")
    temperature = section.temperature(atMost: 10, about: "Of every log-probability.")
    maxLength = section.optionalInt(
      "max_length", in: 2...1_000_000,
      about: "Tokens of prompt and longest candidate; longer rows are left out.")
    adapter = AdapterSettings(of: section)
    let usual = names.usualRate(of: policy, hasAdapter: adapter != nil, .preferences)
    // One pass, and for a model of unknown size 1e-6 and 64, are the EXO paper's. 16 make enough steps
    // of the few hundred rows that a first recipe has.
    training = OptimisationSettings(
      from: section.section("training", about: "How parameters are moved."),
      learningRate: Self.learningRate,
      epochs: 1, batch: usual == nil ? 64 : 16,
      aboutBatch: "Examples of one optimiser step; 16 by default where the model's size is known.",
      usual: usual)
    probePrompts = section.int(
      "probe_prompts", default: 32, in: 0...100_000,
      about: "Prompts that the KL is measured on along the training.")
    alarm = section.optionalSection(
      "alarm", about: "Tells when the training's reward gains more than a held-out one."
    ).map { AlarmSettings(from: $0, names) }
    target = KLTarget(of: section, names, objective, learningRate: training.learningRate)
    check(section, data: dataName ?? "")
  }

  /// Whether it learns from data of a name.
  public func trains(on data: String) -> Bool { dataName == data }

  public func weights(_ names: RecipeNames) -> Int? { names.weights(of: policy) }

  public var isCutOverRanks: Bool { true }

  /// What a training needs that does not depend on its strength.
  public struct Material {
    public let reference: LanguageModel
    let examples: [AlignmentTask.Example]

    /// Tokens of the longest candidate.
    public var longest: Int { examples.flatMap(\.candidates).map(\.count).max() ?? 1 }
  }

  public func run(_ context: StageContext) throws -> StageResult {
    guard let found = try aimed(context) else { return try train(material(context), context) }
    return try found.run(context)
  }

  /// Reads the examples, and scores them by the reference.
  public func material(_ context: StageContext) throws -> Material {
    let rows = try rows(context)
    let reference = try context.model(policy)
    let examples = try examples(rows, reference, context)
    var scored = examples
    if objective.needs.contains(.reference) {
      scored = try AlignmentTask.scored(
        scored, by: reference.decoder, temperature: temperature, over: context.ranks)
    }
    if objective.needs.contains(.mismatches) {
      scored = try AlignmentTask.mismatched(
        scored, for: "stage \(context.name)", by: reference.decoder, temperature: temperature,
        over: context.ranks)
    }
    return Material(reference: reference, examples: scored)
  }

  /// Trains in the context's folder.
  public func train(_ material: Material, _ context: StageContext) throws -> StageResult {
    let (reference, scored) = (material.reference, material.examples)
    let model = try reference.begun(with: adapter, seed: context.seed(for: "adapter"))
    let prompts = Array(scored.suffix(probePrompts).map(\.prompt))
    let probe = KLProbe(
      prompts: prompts, reference: reference, temperature: temperature,
      maxTokens: material.longest, seed: context.seed(for: "probe"), ranks: context.ranks)
    let task = AlignmentTask(
      model.decoder, objective, scored, temperature: temperature, heldOut: training.heldOut
    ) { try probe.measure($0) }
    context.note("\(task.exampleCount) examples of \(width) candidates")
    let watch = try alarm.map { try AlarmWatch($0, model, beside: reference, context) }
    return try context.train(task, model, training, watch: watch)
  }
}
