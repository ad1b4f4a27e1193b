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

  public let objective: any Objective
  public let policy: ModelSource
  let source: CandidateSource?
  /// Candidates of one example: K.
  public let width: Int
  /// The largest number of examples made of the candidates of one prompt.
  let groups: Int
  let temperature: Double
  let training: OptimisationSettings
  let probePrompts: Int

  public init(from section: Section, _ names: RecipeNames) {
    objective = ObjectiveRegistry.objective(named: "objective", in: section)
    policy = names.model("policy", in: section)
    source = CandidateSource("data", in: section, names)
    let pairs = objective.needs.contains(.pairs)
    width = section.int("candidates", default: pairs ? 2 : 4, in: 2...4096)
    if pairs, width != 2 {
      section.mistake("candidates", "\(type(of: objective).name) compares pairs, not \(width)")
    }
    groups = section.int("groups", default: 1 << 20, in: 1...(1 << 20))
    temperature = section.double("temperature", default: 1, above: 0, atMost: 10)
    // 1e-6 and one pass are the EXO paper's, for models of a billion weights.
    training = OptimisationSettings(
      from: section.section("training"), learningRate: 1e-6, epochs: 1)
    probePrompts = section.int("probe_prompts", default: 32, in: 0...100_000)
    if objective.needs.contains(.previous) {
      section.mistake("objective", "\(type(of: objective).name) needs rounds of sampling")
    }
  }

  public var inputs: [String] {
    var inputs = [policy.stage].compactMap { $0 }
    if case .candidates(let stage) = source { inputs.append(stage) }
    return inputs
  }

  public func run(_ context: StageContext) throws -> StageResult {
    let reference = try context.model(policy)
    let model = try LanguageModel(reference.decoder.copied(), reference.tokenizer)
    let examples = try examples(reference, context)
    let scored = try AlignmentTask.scored(
      examples, by: reference.decoder, temperature: temperature)
    let prompts = Array(scored.suffix(probePrompts).map(\.prompt))
    let longest = scored.flatMap(\.candidates).map(\.count).max() ?? 1
    let probe = KLProbe(
      prompts: prompts, reference: reference, temperature: temperature,
      maxTokens: longest, seed: context.seed(for: "probe"))
    let task = AlignmentTask(
      model.decoder, objective, scored, temperature: temperature, heldOut: training.heldOut
    ) { try probe.measure($0) }
    context.note("\(task.exampleCount) examples of \(width) candidates")
    return try context.train(task, model, training)
  }

  // MARK: Examples

  private func examples(
    _ model: LanguageModel, _ context: StageContext
  ) throws -> [AlignmentTask.Example] {
    let all: [AlignmentTask.Example]
    switch source {
    case .candidates(let stage):
      let rows = try Journal<CandidateRow>.read(context.directory(of: stage).rows).records
      all = try rows.flatMap(split)
      let possible = rows.reduce(0) { $0 + min(groups, $1.candidates.count / width) }
      if all.count < possible {
        context.note("\(possible - all.count) pairs have equal rewards and say nothing")
      }
    case .data(let data): all = try examples(of: data, model, context)
    case nil: all = []
    }
    let limit = model.decoder.configuration.positions
    let short = all.filter { example in
      let longest = example.candidates.map(\.count).max() ?? 0
      return example.prompt.count + longest <= limit
    }
    if short.count < all.count {
      context.note("\(all.count - short.count) examples exceed the context and are left out")
    }
    guard !short.isEmpty else {
      throw TrainingError.unusable("stage \(context.name): no example fits the objective")
    }
    return short
  }

  /// Cuts a prompt's candidates into examples of `width`; a pair is ordered by reward, and one of
  /// equal rewards says nothing.
  private func split(_ row: CandidateRow) throws -> [AlignmentTask.Example] {
    let isPairwise = objective.needs.contains(.pairs)
    var examples: [AlignmentTask.Example] = []
    for start in stride(from: 0, to: row.candidates.count - width + 1, by: width) {
      guard examples.count < groups else { break }
      var part = Array(row.candidates[start..<start + width])
      let rewards = part.compactMap(\.reward)
      guard rewards.count == width else {
        throw TrainingError.unusable(
          "prompt \(row.id) has candidates without reward; set reward in the sample stage")
      }
      if isPairwise {
        if rewards[0] == rewards[1] { continue }
        if rewards[0] < rewards[1] { part.swapAt(0, 1) }
      }
      examples.append(
        AlignmentTask.Example(
          id: start == 0 ? row.id : "\(row.id)+\(start)", prompt: row.promptTokens,
          candidates: part.map(\.tokens), rewards: part.compactMap(\.reward)))
    }
    return examples
  }

  private func examples(
    of data: DataSource, _ model: LanguageModel, _ context: StageContext
  ) throws -> [AlignmentTask.Example] {
    if objective.needs.contains(.pairs) {
      return try data.preferencePairs().map { pair in
        AlignmentTask.Example(
          id: pair.id, prompt: try model.prompt(pair.prompt),
          candidates: [try model.completion(pair.chosen), try model.completion(pair.rejected)],
          rewards: nil)
      }
    }
    return try data.scoredGroups().map { group in
      AlignmentTask.Example(
        id: group.id, prompt: try model.prompt(group.prompt),
        candidates: try group.completions.prefix(width).map(model.completion),
        rewards: Array(group.scores.prefix(width)))
    }
  }
}
