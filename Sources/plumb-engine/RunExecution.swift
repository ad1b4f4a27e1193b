import Command
import Corpus
import Evaluation
import Foundation
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
  let console: Console

  enum Outcome: Equatable {
    case finished
    case interrupted
  }

  /// - Parameter evaluates: also measures and reports; otherwise only trains.
  func execute(evaluates: Bool) throws -> Outcome {
    try recipe.device.check()
    if let threads = recipe.threads { try Libtorch.setThreads(threads) }
    try FileManager.default.createDirectory(
      at: run.url, withIntermediateDirectories: true)
    let lock = try RunLock.acquire(run)
    defer { lock.close() }
    try writeRecords()
    for planned in recipe.stages {
      let seeds: [Int?] = planned.repeats ? recipe.seeds.map { $0 } : [nil]
      for seed in seeds {
        guard try execute(planned, seed: seed) else { return .interrupted }
      }
    }
    guard evaluates, let evaluation = recipe.evaluation else { return .finished }
    guard
      try evaluation.execute(
        recipe: recipe, run: run, console: console, seals: { try seal(of: $0, seed: $1) })
    else { return .interrupted }
    let page = try HTMLReport.render([ReportInput.load(from: run)], options: ReportOptions())
    try AtomicFile.write(Data(page.utf8), to: run.report)
    return .finished
  }

  /// - Returns: false when it was asked to stop before the end.
  private func execute(_ planned: RunRecipe.PlannedStage, seed: Int?) throws -> Bool {
    let label = seed.map { "\(planned.name) seed \($0)" } ?? planned.name
    let directory = run.stage(planned.name, seed: seed)
    let fresh = try seal(of: planned.name, seed: seed)
    if let before = try StageSeal.read(directory) {
      guard before.key == fresh.key else {
        throw TrainingError.unusable(
          "\(directory.url.path) was made from something else: "
            + "\(fresh.difference(from: before)); choose another --output, or remove that folder")
      }
      if before.isFinished { return true }
    } else {
      try FileManager.default.createDirectory(
        at: directory.url, withIntermediateDirectories: true)
      try fresh.write(to: directory)
    }
    console.say("\(label): \(type(of: planned.stage).kind)")
    let context = StageContext(
      run: run, name: planned.name, seed: seed,
      seeds: { recipe.repeats($0) ? seed ?? recipe.seeds[0] : nil }, base: recipe.base,
      device: recipe.device, precision: recipe.precision,
      shouldStop: { Signals.interruption != nil },
      progress: { console.show(label, $0) }, note: { console.say("  \($0)") })
    let meter = Meter()
    let result = try planned.stage.run(context)
    console.endLine()
    try meter.write(
      to: run, stage: label, phase: type(of: planned.stage).kind, tokens: result.tokens,
      oracleCalls: result.oracleCalls)
    guard result.isFinished else { return false }
    var done = fresh
    done.isFinished = true
    try done.write(to: directory)
    return Signals.interruption == nil
  }

  // MARK: Records

  /// What determines a stage's outcome: its settings, its data, its inputs, and the machine's
  /// arithmetic.
  func seal(of name: String, seed: Int?) throws -> StageSeal {
    var inputs: [String: String] = [:]
    guard let planned = recipe.stages.first(where: { $0.name == name }) else {
      return StageSeal(inputs: inputs)
    }
    if let settings = recipe.document.resolved["stages"]?[name] {
      for (path, value) in settings.leaves { inputs[path] = value }
      for key in ["data", "test", "prompts"] {
        guard case .string(let source)? = settings[key], let data = recipe.data[source] else {
          continue
        }
        inputs["\(key) \(source)"] = try data.fingerprint()
      }
    }
    inputs["seed"] = seed.map(String.init) ?? "none"
    inputs["precision"] = recipe.precision.rawValue
    inputs["device"] = recipe.device.description
    inputs["threads"] = String(Libtorch.threads)
    inputs["capability"] = Libtorch.capability
    inputs["libtorch"] = Libtorch.version
    for input in planned.stage.inputs {
      let repeats = recipe.repeats(input)
      let theirs = try seal(of: input, seed: repeats ? seed ?? recipe.seeds[0] : nil)
      inputs["stage \(input)"] = theirs.key
    }
    return StageSeal(inputs: inputs)
  }

  private func writeRecords() throws {
    try AtomicFile.write(recipe.document.resolvedJSON(), to: run.resolved)
    var hashes: [String: String] = [:]
    for (name, data) in recipe.data { hashes[name] = try data.fingerprint() }
    let provenance = Provenance(
      version: Plumb.version, arguments: Array(CommandLine.arguments.dropFirst()),
      threads: Libtorch.threads, libtorch: Libtorch.version,
      device: recipe.device.description, seeds: recipe.seeds, recipe: SHA256.hex(of: source),
      data: hashes)
    try RecordFile.write(provenance, to: run.provenance)
    try AtomicFile.write(source, to: run.recipe)
    try RecordFile.write(
      RunOrigin(base: recipe.base.path, overrides: recipe.document.overrides),
      to: RunOrigin.file(of: run))
  }
}
