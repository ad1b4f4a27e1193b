import Evaluation
import Foundation
import Policy
import Recipe
import Runs
import Statistics
import Training

/// Trains an align stage with one strength after another until the policy has the KL that is aimed at.
///
/// Every training is recorded in `trials.jsonl` once its KL is measured, and the next strength follows
/// from these records alone, so that a search that was killed goes on to the same ones.
struct StrengthSearchStage: Stage {
  static let kind = "kl-search"
  static let product = StageProduct.languageModel
  static let repeatsPerSeed = false

  /// What is trained, with the KL to aim at.
  private let stage: AlignStage
  /// The stage's name.
  private let name: String

  init(_ stage: AlignStage, of name: String) {
    self.stage = stage
    self.name = name
  }

  init(from section: Section, _ names: RecipeNames) {
    self.init(AlignStage(from: section, names), of: section.path)
  }

  /// The name of the stage that searches for another one.
  static func name(of stage: String) -> String { "\(stage)-search" }

  func estimate(_ name: String, _ sizes: inout StageSizes) throws -> StageEstimate {
    guard let target = stage.target else { return try stage.estimate(self.name, &sizes) }
    return try stage.searchEstimate(target, of: self.name, &sizes)
  }

  func run(_ context: StageContext) throws -> StageResult {
    guard let target = stage.target else { return StageResult(tokens: 0) }
    let folder = context.directory
    let journal = try Journal<StrengthRecord.Trial>(folder.url.appending(path: "trials.jsonl"))
    var trials = try Journal<StrengthRecord.Trial>.read(journal.url).records
    for place in trials.indices { try forget(Self.measuring(trial(place + 1, in: folder))) }
    var made: (material: AlignStage.Material, prompts: [EvaluationPrompt])?
    func material() throws -> (material: AlignStage.Material, prompts: [EvaluationPrompt]) {
      if let made { return made }
      var own = context
      own.name = name
      own.place = folder
      let material = try stage.material(own)
      let found = (material, try prompts(target, material))
      made = found
      return found
    }

    var tokens = 0
    while let value = target.rule.next(after: trials.map(Self.point)) {
      let text = StrengthSearch.text(value)
      let (material, prompts) = try material()
      let place = trial(trials.count + 1, in: folder)
      let words = "training \(trials.count + 1) of at most \(target.trials)"
      context.note("\(words): \(target.key.joined(separator: ".")) \(text)")
      guard
        let found = try measured(
          text, target, material, prompts, place,
          context.round(trials.count + 1, of: target.trials),
          &tokens)
      else { return StageResult(isFinished: false, tokens: tokens) }
      try journal.append(found)
      try journal.sync()
      try forget(Self.measuring(place))
      trials.append(found)
      context.note(Self.words(of: found))
    }
    let count = try trials.isEmpty ? 0 : promptCount(folder, material)
    let record = try record(target, trials, prompts: count, context)
    context.note(record.words)
    try RecordFile.write(record, to: folder.url.appending(path: StrengthRecord.file))
    return StageResult(tokens: tokens)
  }

  // MARK: One training

  /// - Returns: nil when it was asked to stop.
  private func measured(
    _ value: String, _ target: KLTarget, _ material: AlignStage.Material,
    _ prompts: [EvaluationPrompt], _ place: StageDirectory, _ context: StageContext,
    _ tokens: inout Int
  ) throws -> StrengthRecord.Trial? {
    var own = context
    own.name = name
    own.seed = context.seeds(name)
    own.place = place
    try Folder.make(place.url)
    do {
      let result = try stage.setting(target, to: value).train(material, own)
      tokens += result.tokens
      guard result.isFinished else { return nil }
    } catch let error as TrainingError {
      guard case .nonfinite = error else { throw error }
      return StrengthRecord.Trial(value: value, failure: "\(error)")
    }
    let settings = settings(target, material, prompts, context)
    let store = CheckpointStore(place.checkpoints)
    guard let folder = try store.newest().checkpoint?.url else { return nil }
    func policy(_ id: String, _ weights: String) -> EvaluatedPolicy {
      EvaluatedPolicy(
        id: id, group: id, method: id, seed: nil, step: nil, isFinal: true, options: [:],
        weights: weights)
    }
    let evaluator = Evaluator(
      settings: settings,
      reference: Subject(policy: policy("reference", "the stage's own")) { material.reference },
      subjects: [
        Subject(policy: policy("policy", try ModelIdentity.of(folder))) {
          try LanguageModel.load(folder, precision: context.precision, on: context.device)
            .replacingChatTemplate(context.chatTemplate)
        }
      ],
      oracle: nil, prompts: prompts, directory: Self.measuring(place),
      shouldStop: context.shouldStop)
    guard case .finished(let result) = try evaluator.run(),
      let kl = result.values.last?.kl
    else { return nil }
    guard let found = settings.inference.nonnegative(kl.map { [$0] }) else {
      return StrengthRecord.Trial(value: value, failure: "its KL from the reference is not finite")
    }
    return StrengthRecord.Trial(
      value: value, kl: found.value, low: found.interval?.low, high: found.interval?.high)
  }

  /// How the evaluation measures a KL, and nothing else.
  private func settings(
    _ target: KLTarget, _ material: AlignStage.Material, _ prompts: [EvaluationPrompt],
    _ context: StageContext
  ) -> EvaluationSettings {
    var settings = EvaluationSettings()
    settings.samples = target.samples
    settings.temperature = stage.temperature
    let room =
      material.reference.decoder.configuration.positions
      - (prompts.map(\.tokens.count).max() ?? 0)
    settings.maxTokens = target.maxTokens ?? max(1, min(material.longest, room))
    settings.prompts = prompts.count
    settings.bestOf = []
    settings.densityBeta = nil
    settings.mostContenders = 0
    settings.precision = context.precision
    return settings
  }

  private func prompts(
    _ target: KLTarget, _ material: AlignStage.Material
  ) throws -> [EvaluationPrompt] {
    let model = material.reference
    var known: Set<ByteText> = []
    var found: [EvaluationPrompt] = []
    if let settings = target.prompts {
      let room = PromptRoom(
        for: target.maxTokens ?? 0, in: model.decoder.configuration.positions, settings.surplus)
      let fitting = try room.kept(
        of: settings.prompts(model.reader), "stage \(name)", prompt: { $0 }, note: { _ in })
      for prompt in fitting
      where found.count < target.limit && known.insert(ByteText(prompt.dialogue.words)).inserted {
        found.append(EvaluationPrompt(id: prompt.id, prompt.dialogue, tokens: prompt.tokens))
      }
    } else {
      found = stage.heldOutPrompts(of: material, limit: target.limit).map {
        EvaluationPrompt(id: $0.id, .text(model.tokenizer.decode($0.tokens)), tokens: $0.tokens)
      }
    }
    guard found.count >= KLTarget.fewest else {
      throw TrainingError.unusable(
        "stage \(name): \(found.count) prompts cannot tell a KL; "
          + (target.prompts == nil
            ? "name kl_target.prompts, or raise training.held_out"
            : "kl_target.prompts wants at least \(KLTarget.fewest) different ones"))
    }
    return found
  }

  // MARK: The record

  /// Of the measurements, once it is known; a search that is only read back loads no model for it.
  private func promptCount(
    _ folder: StageDirectory,
    _ material: () throws -> (material: AlignStage.Material, prompts: [EvaluationPrompt])
  ) throws -> Int {
    let file = folder.url.appending(path: StrengthRecord.file)
    if FileManager.default.fileExists(atPath: file.path) {
      return try RecordFile.read(StrengthRecord.self, from: file).prompts
    }
    return try material().prompts.count
  }

  private func record(
    _ target: KLTarget, _ trials: [StrengthRecord.Trial], prompts: Int, _ context: StageContext
  ) throws -> StrengthRecord {
    let points = trials.map(Self.point)
    let key = target.key.joined(separator: ".")
    guard let best = target.rule.nearest(of: points), let chosen = points.firstIndex(of: best)
    else {
      throw TrainingError.unusable(
        "stage \(name): none of \(trials.count) trainings from \(key) \(trials.first?.value ?? "") on stayed "
          + "finite (\(trials.last?.failure ?? "")); lower training.learning_rate")
    }
    let isReached = target.rule.isReached(by: points)
    return StrengthRecord(
      stage: name, key: key, target: target.nats, tolerance: target.tolerance,
      seed: context.seeds(name), prompts: prompts, samples: target.samples,
      confidence: EvaluationSettings().confidence, trials: trials, chosen: chosen,
      isReached: isReached, words: Self.words(target, trials, chosen, isReached))
  }

  private static func words(
    _ target: KLTarget, _ trials: [StrengthRecord.Trial], _ chosen: Int, _ isReached: Bool
  ) -> String {
    let key = target.key.joined(separator: ".")
    let best = trials[chosen]
    let count = "\(trials.count) training\(trials.count == 1 ? "" : "s")"
    let goal = "a KL of \(short(target.nats)) nats"
    let found = "\(short(best.kl ?? .nan)) at \(key) \(best.value)"
    if isReached { return "\(goal): \(found), after \(count)" }
    let values = trials.compactMap { Double($0.value) }
    let low = values.min().map(StrengthSearch.text) ?? ""
    let high = values.max().map(StrengthSearch.text) ?? ""
    let kls = trials.compactMap(\.kl)
    let turns =
      target.rule.turns(in: trials.map(point))
      ? "; KL neither only rises nor only falls along it" : ""
    return "\(goal) was not reached in \(count) over \(key) \(low) to \(high), which gave "
      + "\(short(kls.min() ?? .nan)) to \(short(kls.max() ?? .nan))\(turns); the nearest is kept, \(found)"
  }

  private static func words(of trial: StrengthRecord.Trial) -> String {
    guard let kl = trial.kl else { return "given up: \(trial.failure ?? "")" }
    let ends = [trial.low, trial.high].compactMap(\.self).map(short).joined(separator: ", ")
    return "KL \(short(kl)) [\(ends)] nats"
  }

  private static func short(_ value: Double) -> String { String(format: "%.3g", value) }

  private static func point(_ trial: StrengthRecord.Trial) -> StrengthSearch.Trial {
    StrengthSearch.Trial(Double(trial.value) ?? .nan, kl: trial.kl)
  }

  // MARK: Folders

  private func trial(_ number: Int, in folder: StageDirectory) -> StageDirectory {
    StageDirectory(folder.url.appending(path: StrengthRecord.folder(ofTrial: number)))
  }

  /// What an interrupted measurement goes on from; it holds times, and is gone once it has served.
  private static func measuring(_ trial: StageDirectory) -> URL {
    trial.url.appending(path: "measure")
  }

  private func forget(_ folder: URL) throws {
    guard FileManager.default.fileExists(atPath: folder.path) else { return }
    try FileManager.default.removeItem(at: folder)
  }
}
