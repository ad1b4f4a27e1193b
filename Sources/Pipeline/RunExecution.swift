import Command
import Corpus
import Evaluation
import Foundation
import Policy
import Recipe
import Report
import Runs
import Torch
import Training

/// Runs a recipe's stages, evaluation and report in a run directory, from where it stopped.
struct RunExecution {
  let recipe: RunRecipe
  let run: RunDirectory
  /// The recipe's own bytes.
  let source: Data
  let overrides: [String]
  let console: Console
  let seals: StageSeals

  init(
    recipe: RunRecipe, run: RunDirectory, source: Data, overrides: [String], console: Console
  ) {
    self.recipe = recipe
    self.run = run
    self.source = source
    self.overrides = overrides
    self.console = console
    seals = StageSeals(recipe)
  }

  enum Outcome: Equatable {
    case finished
    /// Everything is done and recorded, but so many questions have no answer of a judge.
    ///
    /// - why: the most frequent reason.
    case unanswered(Int, why: String?)
    case interrupted
  }

  /// - Parameter evaluates: also measures and reports; otherwise only trains.
  func execute(evaluates: Bool) throws -> Outcome {
    try recipe.device.check()
    if evaluates { try recipe.judging?.check() }
    try Libtorch.setThreads(recipe.threads ?? Libtorch.threads)
    if recipe.device == .cpu { try Libtorch.requireDeterminism() }
    // Data and models that cannot be read, what cannot work, and a run made from something else, are
    // refused before anything is written.
    let provenance = try provenance()
    let outlook = try Outlook(recipe)
    try outlook.check()
    for remark in outlook.remarks { console.say(remark) }
    try seals.checkInputs()
    let lock = try RunLock.acquire(run)
    defer { lock.close() }
    let damages = try checkSeals()
    try sweep()
    try AtomicFile.write(recipe.document.resolvedJSON(), to: run.resolved)
    try AtomicFile.write(source, to: run.recipe)
    try RecordFile.write(provenance, to: run.provenance)
    try RecordFile.write(
      RunOrigin(base: recipe.base, overrides: overrides, run: run), to: RunOrigin.file(of: run))
    let logs = RunLogs(recipe.logs, of: run, warn: console.warn)
    var choice: Selection?
    if let evaluation = recipe.evaluation, let selection = evaluation.selection {
      guard try train(recipe.stages, seeds: selection.seeds, damages, logs) else {
        return .interrupted
      }
      guard evaluates else {
        console.say(
          "the selection's trainings are done; plumb run chooses, and trains what it chose")
        return .finished
      }
      choice = try evaluation.select(selection, recipe: recipe, run: run, console: console)
      guard let choice else { return .interrupted }
      let following = recipe.stages(following: choice.chosen)
      guard try train(following, seeds: recipe.seeds, damages, logs) else { return .interrupted }
    } else {
      guard try train(recipe.stages, seeds: recipe.seeds, damages, logs) else {
        return .interrupted
      }
    }
    guard evaluates, let evaluation = recipe.evaluation else { return .finished }
    try recipe.judging?.checkCheckpoints(of: evaluation, recipe: recipe, run: run)
    guard
      try evaluation.execute(choice, recipe: recipe, run: run, console: console)
    else { return .interrupted }
    guard let judging = recipe.judging else {
      try report()
      return .finished
    }
    let outcome: JudgingPlan.Outcome
    do {
      outcome = try judging.execute(recipe: recipe, run: run, console: console)
    } catch {
      // What was measured is worth reading whatever became of the judge.
      try report()
      throw error
    }
    try report()
    switch outcome {
    case .interrupted: return .interrupted
    case .finished(let report):
      let why = report.reasons.first { $0.state == .failed }?.text
      return report.failures > 0 ? .unanswered(report.failures, why: why) : .finished
    }
  }

  /// - Parameter seeds: of the stages that repeat.
  /// - Returns: false when it was asked to stop.
  private func train(
    _ stages: [RunRecipe.PlannedStage], seeds: [Int], _ damages: [URL: Damage], _ logs: RunLogs
  ) throws -> Bool {
    // What runs once reads the recipe's first seed of what repeats.
    let once = recipe.ancestors(of: stages.filter { !$0.repeats }.map(\.name))
    for planned in stages {
      let first = once.contains(planned.name) && !seeds.contains(recipe.seeds[0])
      let own = first ? [recipe.seeds[0]] + seeds : seeds
      for seed in planned.repeats ? own.map({ $0 }) : [nil] {
        let damage = damages[run.stage(planned.name, seed: seed).url]
        let isDone = try execute(planned, seed: seed, damage: damage, logs)
        try logs.write()
        guard isDone else { return false }
      }
    }
    return true
  }

  private func report() throws {
    let page = try HTMLReport.render([ReportInput.load(from: run)], options: ReportOptions())
    try AtomicFile.write(Data(page.utf8), to: run.report)
  }

  /// - Parameter damage: what a finished stage is made again for.
  /// - Returns: false when it was asked to stop before the end.
  private func execute(
    _ planned: RunRecipe.PlannedStage, seed: Int?, damage: Damage?, _ logs: RunLogs
  ) throws -> Bool {
    let label = seed.map { "\(planned.name) seed \($0)" } ?? planned.name
    let directory = run.stage(planned.name, seed: seed)
    let before = try StageSeal.read(directory)
    if before?.isFinished == true, damage == nil { return true }
    var seal = try seals.seal(of: planned, seed: seed)
    seal.sources = Dictionary(
      uniqueKeysWithValues: try products(of: seals.sources(of: planned, seed: seed)))
    // What a stage that is made again has to come out as.
    if before?.key == seal.key { seal.outcome = before?.outcome }
    if before != seal {
      try directory.make()
      try seal.write(to: directory)
    }
    if let damage {
      let store = CheckpointStore(directory.checkpoints)
      let path = store.url(of: damage.step).path
      console.warn("\(label): \(path) \(damage.problem); it is made again")
      // Whole or not, it is no place to go on from.
      try store.remove(step: damage.step)
    }
    console.say("\(label): \(type(of: planned.stage).kind)")
    var context = StageContext(
      run: run, name: planned.name, seed: seed,
      seeds: { recipe.repeats($0) ? seed ?? recipe.seeds[0] : nil }, base: recipe.base,
      device: recipe.device, precision: recipe.precision,
      shouldStop: { Signals.interruption != nil },
      progress: { progress in
        console.show(label, progress)
        logs.refresh()
      }, note: { console.say("  \($0)") })
    context.card = ModelCard(recipe.document.resolved, stage: planned.name, seed: seed).text
    context.chatTemplate = recipe.chatTemplate
    let meter = Meter()
    let result = try planned.stage.run(context)
    console.endLine()
    try meter.write(result, to: run, stage: label, kind: type(of: planned.stage).kind)
    guard result.isFinished else { return false }
    let outcome = try StageOutcome(directory)
    if let expected = seal.outcome, expected.product != outcome.product {
      throw TrainingError.unusable(
        "\(directory.url.path) was made again and came out differently; what was made from it "
          + "before does not fit any more: choose another --output")
    }
    seal.outcome = outcome
    seal.isFinished = true
    try seal.write(to: directory)
    return Signals.interruption == nil
  }

  // MARK: Records

  /// Reads every data file, for its hash.
  private func provenance() throws -> Provenance {
    var hashes: [String: String] = [:]
    for name in recipe.data.keys { hashes[name] = try DataFingerprint.of(name, in: recipe) }
    return Provenance(
      version: Plumb.version, arguments: Array(CommandLine.arguments.dropFirst()),
      threads: Libtorch.threads, libtorch: Libtorch.version,
      device: recipe.device.description, seeds: recipe.seeds, recipe: SHA256.hex(of: source),
      data: hashes)
  }

  /// Removes what killed processes left half-written anywhere in the run.
  private func sweep() throws {
    for folder in try [""] + Folder.folders(below: run.url) {
      try AtomicFile.sweep(folder.isEmpty ? run.url : run.url.appending(path: folder))
    }
  }
}
