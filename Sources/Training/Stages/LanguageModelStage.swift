import Corpus
import Foundation
import Policy
import Recipe
import Runs

/// Trains a language model: on whole texts, or on completions given their prompts (supervised
/// fine-tuning).
public struct LanguageModelStage: Stage {
  public static let kind = "language-model"
  public static let product = StageProduct.languageModel
  public static let repeatsPerSeed = false

  public enum Lesson: String, CaseIterable, Sendable {
    /// Every token of every text.
    case texts
    /// The completions of `{"prompt", "completion"}` rows.
    case completions
  }

  let data: DataSource?
  let learns: Lesson
  let model: ModelSettings
  let maxLength: Int
  let training: OptimisationSettings

  public init(from section: Section, _ names: RecipeNames) {
    data = names.data("data", in: section, about: "Texts or demonstrations, by the data's name.")
    learns = section.choice(
      "learn", default: .texts,
      about: "Whole texts, or completions after their prompts (supervised fine-tuning).")
    model = ModelSettings(from: section, names)
    maxLength = section.int(
      "max_length", default: 256, in: 2...1_000_000,
      about: "Tokens of a text; longer ones are cut in pieces, longer rows left out.")
    // 3e-4 and three passes suit small models from scratch; fine-tuning wants 1e-5 … 2e-5.
    training = OptimisationSettings(
      from: section.section("training", about: "How parameters are moved."), learningRate: 3e-4,
      epochs: 3,
      usual: model.goesOnFrom.flatMap { [model] in
        names.usualRate(of: $0, hasAdapter: model.adapter != nil, .texts)
      })
  }

  public func weights(_ names: RecipeNames) -> Int? { model.weights(names) }

  public var isCutOverRanks: Bool { true }

  public func run(_ context: StageContext) throws -> StageResult {
    guard let data else { return StageResult(tokens: 0) }
    let started = try model.start(context)
    let length = min(maxLength, started.decoder.configuration.positions)
    let examples: [LanguageModelTask.Example]
    if learns == .completions {
      let demonstrations = try context.read { try data.demonstrations($0) }
      context.noteReading(
        of: demonstrations.lazy.map { Exchange($0.prompt, $0.completion) }, from: data,
        by: started.reader)
      context.noteWeights(demonstrations.map(\.weight))
      examples = try demonstrations.compactMap { item in
        let reading = try context.row(item.id) {
          try started.read(item.prompt, answer: item.answer)
        }
        let tokens = reading.completions[0]
        guard reading.prompt.count + tokens.count <= length else { return nil }
        return LanguageModelTask.Example(
          id: item.id, prompt: reading.prompt, tokens: tokens, weight: item.weight)
      }
      if examples.count < demonstrations.count {
        try context.leaveOut(
          "\(demonstrations.count - examples.count) rows are longer than max_length and left out")
      }
    } else {
      let texts = try context.read { try data.plainTexts($0) }.map {
        (id: $0.id, text: data.prompt("", $0.text), weight: $0.weight)
      }
      context.noteReading(of: texts.lazy.map(\.text), from: data, by: started.reader)
      context.noteWeights(texts.map(\.weight))
      examples = try LanguageModelTask.pieces(texts, started, length: length)
    }
    let task = LanguageModelTask(started.decoder, examples, heldOut: training.heldOut)
    let weights = started.decoder.configuration.parameterCount
    context.note("\(task.exampleCount) sequences, \(weights) weights")
    return try context.train(task, started, training)
  }
}

extension StageContext {
  /// Runs the loop in this stage's folder.
  func train(
    _ task: some LearningTask, _ model: LanguageModel, _ settings: OptimisationSettings,
    watch: AlarmWatch? = nil
  ) throws -> StageResult {
    var loop = TrainingLoop(
      settings: settings, seed: seed(for: "order"),
      decorate: { try furnish($0, with: model.tokenizer) }, shouldStop: shouldStop,
      report: progress)
    loop.ranks = ranks
    if let watch { loop.watch = { try watch.look(afterStep: $0) } }
    let (outcome, tokens) = try loop.run(task, in: directory)
    return StageResult(isFinished: outcome == .finished, tokens: tokens)
  }
}
