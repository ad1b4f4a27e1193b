import Command
import Foundation
import Policy
import Recipe
import Report
import Runs

/// A model that a command names: a folder of one, its name in the hub's cache, or what a run has
/// trained.
public struct TrainedModel {
  /// Of the model's files.
  public let folder: URL
  let origin: Origin?

  /// Where a run made it.
  struct Origin {
    var run: RunDirectory
    var stage: String
    var seed: Int?
    var step: Int
    /// How many checkpoints it was the best of; nil where it was not chosen by what was measured.
    var rivals: Int?
  }

  /// - Parameters:
  ///   - place: a model's folder or name, a stage's folder, or a run's.
  ///   - stage: of the run; nil where the place is none, or for its last language model.
  ///   - seed: of the training; nil for the first.
  /// - Throws: `PolicyError.input` where there is no such thing, with what there is.
  public static func find(
    _ place: String, stage: String? = nil, seed: Int? = nil, step: ExportRequest.Step = .last
  ) throws -> TrainedModel {
    if ServerName.isMeant(by: place) {
      throw PolicyError.input("\(place.prefix { $0 != "@" }) \(ServerName.refusal)")
    }
    let url = URL(fileURLWithPath: place).standardizedFileURL
    if let stage { return try of(stage, in: RunDirectory(url), seed, step) }
    if has(url, "config.json") || ModelFolder.isAdapter(url)
      || !FileManager.default.fileExists(atPath: url.path)
    {
      guard seed == nil, step == .last else {
        throw PolicyError.input(
          "\(place) is a model already; --seed and --step choose one of a run")
      }
      return TrainedModel(folder: try ModelFolder.find(place), origin: made(url))
    }
    if let number = Origin.seed(of: url), has(url, "checkpoints") {
      let stage = url.deletingLastPathComponent()
      return try of(
        stage.lastPathComponent, in: RunDirectory(stage.deletingLastPathComponent()),
        seed ?? number, step)
    }
    if has(url, "checkpoints") || !seeds(in: url).isEmpty {
      return try of(
        url.lastPathComponent, in: RunDirectory(url.deletingLastPathComponent()), seed, step)
    }
    let run = RunDirectory(url)
    guard has(url, "recipe.yaml") else {
      return TrainedModel(folder: try ModelFolder.find(place), origin: nil)
    }
    let trained = try stages(of: run).filter(isLanguageModel(run))
    guard let last = try trained.last(where: measured(in: run)) ?? trained.last else {
      throw PolicyError.input("\(place) has trained no language model yet")
    }
    return try of(last, in: run, seed, step)
  }

  private static func of(
    _ stage: String, in run: RunDirectory, _ wanted: Int?, _ step: ExportRequest.Step
  ) throws -> TrainedModel {
    let folder = run.url.appending(path: stage)
    let seeds = seeds(in: folder)
    guard !seeds.isEmpty || has(folder, "checkpoints") else {
      let offer = try stages(of: run).joined(separator: ", ")
      throw PolicyError.input(
        "\(run.url.path) has no checkpoint of a stage \(stage)"
          + (offer.isEmpty ? "; name the folder of a run" : " (there is \(offer))"))
    }
    if let wanted, !seeds.contains(wanted) {
      let offer = seeds.map(String.init).joined(separator: ", ")
      throw PolicyError.input(
        seeds.isEmpty
          ? "stage \(stage) runs once for all seeds; leave --seed out"
          : "stage \(stage) has no seed \(wanted) (there is \(offer))")
    }
    let seed = wanted ?? seeds.first
    let store = CheckpointStore(run.stage(stage, seed: seed).checkpoints)
    let steps = try store.steps()
    let offer = steps.map(String.init).joined(separator: ", ")
    let number: Int?
    var rivals: Int?
    switch step {
    case .last: number = steps.last
    case .number(let step): number = steps.contains(step) ? step : nil
    case .best: (number, rivals) = try best(stage, seed, of: run)
    }
    guard let number else {
      throw PolicyError.input(
        "stage \(stage) has no checkpoint of that step"
          + (offer.isEmpty ? "; it has none at all" : " (there is \(offer))"))
    }
    return TrainedModel(
      folder: try store.checkpoint(at: number).url,
      origin: Origin(run: run, stage: stage, seed: seed, step: number, rivals: rivals))
  }

  // MARK: Folders

  private static func has(_ folder: URL, _ name: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appending(path: name).path)
  }

  private static func seeds(in stage: URL) -> [Int] {
    let names = (try? Folder.names(in: stage)) ?? []
    return names.map { stage.appending(path: $0) }
      .filter { has($0, "checkpoints") }.compactMap(Origin.seed).sorted()
  }

  /// The run's stages with checkpoints, in the order of its recipe.
  private static func stages(of run: RunDirectory) throws -> [String] {
    guard FileManager.default.fileExists(atPath: run.recipe.path) else { return [] }
    let settings = try RunOrigin.read(run)
    let document = try RecipeDocument.load(
      path: run.recipe.path, overrides: settings.overrides)
    let record = try? RecordFile.read(Resolved.self, from: run.resolved)
    let names = document.root.section("stages").keys.flatMap { name in
      record?.sweeps?["stages.\(name)"] ?? [name]
    }
    return names.filter { name in
      let folder = run.url.appending(path: name)
      return has(folder, "checkpoints") || !seeds(in: folder).isEmpty
    }
  }

  private static func isLanguageModel(_ run: RunDirectory) -> (String) throws -> Bool {
    { stage in
      let folder = try of(stage, in: run, nil, .last).folder
      return try ConfigurationFile(of: folder).configuration.labels == nil
    }
  }

  /// Whether a stage is one that the run's evaluation measured: a setting that a selection dropped is
  /// not. Without a selection every stage counts.
  private static func measured(in run: RunDirectory) throws -> (String) -> Bool {
    let files = FileManager.default
    guard files.fileExists(atPath: run.selection.path),
      files.fileExists(atPath: run.evaluation.path)
    else { return { _ in true } }
    let record = try RecordFile.read(EvaluationRecord.self, from: run.evaluation)
    let reference = record.policies.first { $0.id == record.reference }?.group
    let groups = Set(record.policies.map(\.group)).subtracting(reference.map { [$0] } ?? [])
    return groups.contains
  }

  /// What run a checkpoint's folder belongs to, if any.
  private static func made(_ checkpoint: URL) -> Origin? {
    let folder = checkpoint.deletingLastPathComponent().deletingLastPathComponent()
    guard checkpoint.deletingLastPathComponent().lastPathComponent == "checkpoints",
      let step = Int(checkpoint.lastPathComponent.dropFirst("step-".count))
    else { return nil }
    let seed = Origin.seed(of: folder)
    let stage = seed == nil ? folder : folder.deletingLastPathComponent()
    let run = RunDirectory(stage.deletingLastPathComponent())
    guard FileManager.default.fileExists(atPath: run.resolved.path) else { return nil }
    return Origin(run: run, stage: stage.lastPathComponent, seed: seed, step: step)
  }

  // MARK: The evaluation

  /// The step whose policy won most often against the reference, or, where that was not measured, was
  /// rewarded most; and how many there were, where there was a choice.
  private static func best(
    _ stage: String, _ seed: Int?, of run: RunDirectory
  ) throws -> (step: Int?, rivals: Int?) {
    guard FileManager.default.fileExists(atPath: run.evaluation.path) else {
      throw PolicyError.input(
        "\(run.url.path) has no evaluation that could say which checkpoint is best; plumb evaluate "
          + "makes one")
    }
    let record = try RecordFile.read(EvaluationRecord.self, from: run.evaluation)
    let policies = record.policies.filter { $0.group == stage && $0.seed == seed }
    for measure in [Measure.winRate, .reward] {
      let values = policies.compactMap { policy -> (step: Int, value: Double)? in
        let found = record.measurements.first {
          $0.name == measure.name && $0.subject == policy.id
            && ($0.reference == nil || $0.reference == record.reference)
        }
        guard let step = policy.step, let value = found?.value else { return nil }
        return (step, value)
      }
      // The first of equals, which moved least.
      if let best = values.max(by: { ($0.value, -$0.step) < ($1.value, -$1.step) }) {
        return (best.step, values.count > 1 ? values.count : nil)
      }
    }
    throw PolicyError.input(
      "the evaluation of \(run.url.path) has "
        + (policies.isEmpty
          ? "not measured stage \(stage)"
          : "neither a win rate nor a reward of stage \(stage) that would say which checkpoint is best; "
            + "choose one with --step N"))
  }

  /// What the run's report says first of this checkpoint; empty where it was not measured as it is.
  func results() throws -> [ModelCard.Result] {
    guard let origin, FileManager.default.fileExists(atPath: origin.run.evaluation.path) else {
      return []
    }
    let record = try RecordFile.read(EvaluationRecord.self, from: origin.run.evaluation)
    guard
      let policy = record.policies.first(where: {
        $0.group == origin.stage && $0.seed == origin.seed && $0.step == origin.step
      }), try policy.weights == ModelIdentity.of(folder)
    else { return [] }
    let shown = Measure.known.filter { $0.column != .none }
    return shown.flatMap { measure in
      record.measurements.filter { $0.name == measure.name && $0.subject == policy.id }
        .map { found in
          ModelCard.Result(
            name: measure.title + (found.reference.map { " against \($0)" } ?? ""),
            value: PrintedEstimate(found).phrase
              + (measure.unit.isEmpty || measure.unit == "share" ? "" : " \(measure.unit)"),
            count: "\(found.count) in \(found.clusters) prompts")
        }
    }
  }

  /// - Returns: nil for a model that no run made.
  func card() throws -> String? {
    guard let origin else { return nil }
    let record = try RecordFile.read(Resolved.self, from: origin.run.resolved)
    var card = ModelCard(record.settings, stage: origin.stage, seed: origin.seed)
    card.step = origin.step
    card.results = try results()
    card.rivals = origin.rivals
    card.isMerged = true
    return card.text
  }

  private struct Resolved: Decodable {
    var settings: RecipeValue
    /// What keys of the recipe stand for that are swept.
    var sweeps: [String: [String]]?
  }
}

extension TrainedModel.Origin {
  /// Of a folder named `seed-3`.
  static func seed(of folder: URL) -> Int? {
    let name = folder.lastPathComponent
    guard name.hasPrefix("seed-") else { return nil }
    return Int(name.dropFirst("seed-".count))
  }
}
