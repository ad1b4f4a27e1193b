import Command
import Evaluation
import Foundation
import Recipe
import Report
import Runs
import Torch
import Training

/// Whether this machine makes the same bytes again: one step of every training from its start and from
/// each of its checkpoints, and the first chunk of a policy's samples with their rewards.
struct BytesLevel {
  private(set) var level = VerifiedLevel(level: .bytes, held: nil, text: "")

  private let run: RunDirectory
  private let scratch: URL
  private let console: Console
  private let recipe: RunRecipe
  private var steps = 0

  /// - Parameter scratch: where copies are worked on; the run itself is only read.
  /// - Throws: what keeps the recipe from being read here: data that is not there, for one.
  init(_ run: RunDirectory, scratch: URL, _ console: Console) throws {
    self.run = run
    self.scratch = scratch
    self.console = console
    let origin = try RunOrigin.read(run)
    let document = try RecipeDocument.load(path: run.recipe.path, overrides: origin.overrides)
    recipe = try RunRecipe(document, base: origin.folder(of: run))
    try recipe.device.check()
    let provenance = try RecordFile.read(Provenance.self, from: run.provenance)
    try Libtorch.setThreads(recipe.threads ?? provenance.threads)
    if recipe.device == .cpu { try Libtorch.requireDeterminism() }
    let seals = StageSeals(recipe)
    var differences: [String] = []
    for planned in recipe.stages where differences.isEmpty {
      for seed in planned.repeats ? (recipe.seeds + recipe.selectionSeeds).map({ $0 }) : [nil] {
        let directory = run.stage(planned.name, seed: seed)
        guard let seal = try StageSeal.read(directory), seal.isFinished else { continue }
        let fresh = try seals.seal(of: planned, seed: seed)
        if seal.key != fresh.key {
          // What the recipe says is no matter of the machine: another training stands in its place.
          if let other = fresh.otherTraining(than: seal) {
            let place = seed.map { "\(planned.name)/seed-\($0)" } ?? planned.name
            level.held = false
            level.problems.append("\(place): was not made as the recipe says: \(other)")
          }
          differences.append("\(planned.name): \(fresh.difference(from: seal))")
          break
        }
      }
    }
    guard differences.isEmpty else {
      level.text =
        "here it would be made from something else: \(differences.joined(separator: "; "))"
      return
    }
    for planned in recipe.stages {
      for seed in planned.repeats ? recipe.seeds.map({ $0 }) : [nil] {
        try again(planned, seed: seed)
      }
    }
    let samples = try sampled()
    guard steps + samples > 0 else {
      level.text = "no checkpoint is at hand"
      return
    }
    level.held = level.problems.isEmpty
    level.text =
      "\(Numeral.count(steps)) training steps, \(Numeral.count(samples)) samples and their scores "
      + "made again"
  }

  // MARK: Steps

  private mutating func again(_ planned: RunRecipe.PlannedStage, seed: Int?) throws {
    let kinds: [any Stage.Type] = [
      LanguageModelStage.self, ClassifierStage.self, RewardModelStage.self, AlignStage.self,
      OnPolicyStage.self,
    ]
    let directory = run.stage(planned.name, seed: seed)
    guard let seal = try StageSeal.read(directory), seal.isFinished else { return }
    guard kinds.contains(where: { $0 == type(of: planned.stage) }) else {
      if planned.stage is RoundsStage {
        level.omit("\(planned.name): steps inside of rounds")
      }
      return
    }
    let records = try Journal<StepRecord>.read(directory.steps).records
    let saved = try CheckpointStore(directory.checkpoints).steps()
    for start in [0] + saved.dropLast() {
      guard let expected = records.first(where: { $0.step == start + 1 }) else { continue }
      let place = seed.map { "\(planned.name)/seed-\($0)" } ?? planned.name
      console.say("\(place): step \(start + 1)")
      let copy = try copied(planned.name, seed: seed, upTo: start)
      defer { try? FileManager.default.removeItem(at: copy.url) }
      var context = StageContext(
        run: copy, name: planned.name, seed: seed,
        seeds: { [recipe] in recipe.repeats($0) ? seed ?? recipe.seeds[0] : nil },
        base: recipe.base, device: recipe.device, precision: recipe.precision,
        shouldStop: { true }, progress: { _ in }, note: { _ in })
      context.chatTemplate = recipe.chatTemplate
      _ = try planned.stage.run(context)
      let found = try Journal<StepRecord>.read(copy.stage(planned.name, seed: seed).steps).records
        .first { $0.step == start + 1 }
      steps += 1
      guard found != expected else { continue }
      let metric = expected.metrics.keys.sorted().first {
        found?.metrics[$0]?.bitPattern != expected.metrics[$0]?.bitPattern
      }
      let values = metric.map {
        "\($0) is \(expected.metrics[$0] ?? .nan), made again "
          + (found?.metrics[$0].map { "\($0)" } ?? "nothing")
      }
      level.problems.append("\(place)/steps.jsonl: step \(start + 1): \(values ?? "other metrics")")
    }
  }

  /// A run of links, in which one stage is real and stands where it stood at a checkpoint.
  private func copied(_ stage: String?, seed: Int?, upTo step: Int) throws -> RunDirectory {
    let files = FileManager.default
    let copy = RunDirectory(scratch.appending(path: run.url.lastPathComponent))
    try? files.removeItem(at: copy.url)
    try Folder.make(copy.url)
    for name in try Folder.names(in: run.url) where !name.hasPrefix(".") && name != stage {
      let source = run.url.appending(path: name)
      var isFolder: ObjCBool = false
      // What is written beside the stages, as costs are, must not reach the run through a link.
      guard files.fileExists(atPath: source.path, isDirectory: &isFolder), isFolder.boolValue,
        stage != nil || name != "evaluation"
      else { continue }
      try files.createSymbolicLink(
        at: copy.url.appending(path: name), withDestinationURL: source)
    }
    guard let stage else { return copy }
    let source = run.stage(stage, seed: seed)
    let target = copy.stage(stage, seed: seed)
    try Folder.make(target.checkpoints)
    for path in try source.files() where !path.hasPrefix("checkpoints/") && path != "done.json" {
      let file = target.url.appending(path: path)
      try Folder.make(file.deletingLastPathComponent())
      try files.copyItem(at: source.url.appending(path: path), to: file)
    }
    let store = CheckpointStore(source.checkpoints)
    for saved in try store.steps() where saved <= step {
      let name = store.url(of: saved).lastPathComponent
      try linked(store.url(of: saved), to: target.checkpoints.appending(path: name))
    }
    return copy
  }

  /// A folder whose files are the same as another's, by hard links where the file system has them.
  private func linked(_ source: URL, to target: URL) throws {
    let files = FileManager.default
    for path in try Folder.files(below: source) {
      let file = target.appending(path: path)
      try Folder.make(file.deletingLastPathComponent())
      do {
        try files.linkItem(at: source.appending(path: path), to: file)
      } catch {
        try files.copyItem(at: source.appending(path: path), to: file)
      }
    }
  }

  // MARK: Samples

  /// Of a selection only what was chosen is measured.
  private func isSampled(_ policy: String) -> Bool {
    FileManager.default.fileExists(
      atPath: run.url.appending(
        path: "evaluation/\(Evaluator.folderName(of: policy))/samples.jsonl"
      ).path)
  }

  /// - Returns: how many samples were drawn and scored again.
  private mutating func sampled() throws -> Int {
    guard let evaluation = recipe.evaluation,
      FileManager.default.fileExists(atPath: run.evaluation.path)
    else { return 0 }
    let record = try RecordFile.read(EvaluationRecord.self, from: run.evaluation)
    let finals = record.policies.filter { $0.isFinal && $0.id != record.reference }
    guard
      let policy = finals.first(where: {
        evaluation.policies.contains($0.group) && ($0.seed == nil || $0.seed == recipe.seeds[0])
          && isSampled($0.id)
      })
    else { return 0 }
    console.say("\(policy.id): samples")
    let copy = try copied(nil, seed: nil, upTo: 0)
    defer { try? FileManager.default.removeItem(at: copy.url) }
    let work = Evaluator.folderName(of: policy.id)
    for path in try Folder.files(below: run.url.appending(path: "evaluation"))
    where path != "\(work)/samples.jsonl" && path != "\(work)/samples-key.json" {
      let file = copy.url.appending(path: "evaluation/\(path)")
      try Folder.make(file.deletingLastPathComponent())
      try FileManager.default.copyItem(
        at: run.url.appending(path: "evaluation/\(path)"), to: file)
    }
    try evaluation.measureOneChunk(
      of: policy, recipe: recipe, run: copy, console: console)
    guard let again = try WrittenTexts(copy).chunks(of: policy.id).first,
      let then = try WrittenTexts(run).chunks(of: policy.id).first
    else {
      level.omit("samples of \(policy.id), which were not drawn here")
      return 0
    }
    if again != then {
      let place = zip(again, then).enumerated().first { $0.element.0 != $0.element.1 }
      level.problems.append(
        "evaluation/\(work)/samples.jsonl: line 1 differs from byte \(place?.offset ?? 0) on when it "
          + "is drawn again")
    }
    return min(evaluation.settings.batch, evaluation.settings.prompts) * evaluation.settings.samples
  }
}
