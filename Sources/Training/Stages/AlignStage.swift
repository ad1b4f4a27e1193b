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
    policy = names.model("policy", in: section)
    source = CandidateSource("data", in: section, names)
    asksWidth = section.has("candidates")
    width = section.int("candidates", default: objective.needs.width ?? 4, in: 1...4096)
    groups = section.int("groups", default: 1 << 20, in: 1...(1 << 20))
    temperature = section.temperature(atMost: 10)
    maxLength = section.optionalInt("max_length", in: 2...1_000_000)
    adapter = AdapterSettings(of: section)
    // One pass is the EXO paper's too.
    training = OptimisationSettings(
      from: section.section("training"), learningRate: Self.learningRate, epochs: 1)
    probePrompts = section.int("probe_prompts", default: 32, in: 0...100_000)
    alarm = section.optionalSection("alarm").map { AlarmSettings(from: $0, names) }
    target = KLTarget(of: section, names, objective, learningRate: training.learningRate)
    check(section, data: section.optionalString("data") ?? "")
  }

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
      scored = try AlignmentTask.scored(scored, by: reference.decoder, temperature: temperature)
    }
    if objective.needs.contains(.mismatches) {
      scored = try AlignmentTask.mismatched(
        scored, for: "stage \(context.name)", by: reference.decoder, temperature: temperature)
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
      maxTokens: material.longest, seed: context.seed(for: "probe"))
    let task = AlignmentTask(
      model.decoder, objective, scored, temperature: temperature, heldOut: training.heldOut
    ) { try probe.measure($0) }
    context.note("\(task.exampleCount) examples of \(width) candidates")
    let watch = try alarm.map { try AlarmWatch($0, model, beside: reference, context) }
    return try context.train(task, model, training, watch: watch)
  }
}
