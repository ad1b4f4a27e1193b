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
  /// What is made anew, and taken over from other runs.
  let change: RunChange
  /// Nil where nothing is taken over.
  let reuse: StageReuse?
  /// The processes that carry it out.
  let crew = Crew(ranks: .joined)
  /// Other processes make other trainings of the run meanwhile.
  var isShared = false
  /// Gives the run's page to browsers; nil where nobody asked for that.
  var server: PageServer?

  init(
    recipe: RunRecipe, run: RunDirectory, source: Data, overrides: [String], console: Console,
    change: RunChange = RunChange()
  ) {
    self.recipe = recipe
    self.run = run
    self.source = source
    self.overrides = overrides
    self.console = console
    self.change = change
    reuse = change.reuse.isEmpty ? nil : StageReuse(change.reuse)
    seals = StageSeals(recipe)
  }

  enum Outcome: Equatable {
    case finished
    /// Everything is done and recorded, but so many questions have no answer of a judge.
    ///
    /// - reasons: the most frequent first.
    case unanswered(Int, [MissingReason])
    case interrupted
    /// A person did not agree to what was to be set aside.
    case declined
  }

  /// How far a run is taken.
  enum Extent {
    /// Everything is trained; of a selection what that chooses from.
    case training
    /// And the selection chooses.
    case selection
    /// And all is measured and reported.
    case whole
  }

  func execute(_ extent: Extent) throws -> Outcome {
    let evaluates = extent == .whole
    if evaluates { try recipe.judging?.check() }
    try prepareMachine()
    if evaluates { try recipe.judging?.checkCalibration(recipe) }
    // Data and models that cannot be read, what cannot work, and a run made from something else, are
    // refused before anything is written.
    let provenance = try provenance()
    let outlook = try Outlook(recipe)
    try outlook.check()
    for remark in outlook.remarks { console.say(remark) }
    try seals.checkInputs()
    let lock = try RunLock.acquire(run)
    defer { lock.close() }
    try change.check(beside: run)
    guard let damages = try settleChanges(outlook) else { return .declined }
    try sweep()
    try writeRequest()
    try RecordFile.write(sealing: provenance, to: run.provenance)
    let costs = try CostEstimate(recipe, outlook)
    let progress = try follow(extent, costs, damages)
    return try following(progress, extent) {
      try carryOut(extent, damages, progress, costs)
    }
  }

  /// Does what is not done yet.
  private func carryOut(
    _ extent: Extent, _ damages: [URL: Damage], _ progress: RunProgress, _ costs: CostEstimate
  ) throws -> Outcome {
    let evaluates = extent == .whole
    let logs = RunLogs(recipe.logs, of: run, warn: console.warn)
    var choice: Selection?
    if let evaluation = recipe.evaluation, let selection = evaluation.selection {
      guard try make(recipe.firstTrainings, damages, logs) else { return .interrupted }
      guard extent != .training else {
        console.say(
          "the selection's trainings are done; plumb run chooses, and trains what it chose")
        return .finished
      }
      progress.begin(SelectionPlan.folder)
      try crew.call(to: .select)
      choice = try evaluation.select(selection, recipe: recipe, run: run, console: console, crew)
      guard let choice else { return .interrupted }
      progress.end(SelectionPlan.folder)
      guard evaluates else { return .finished }
      let following = recipe.trainings(following: choice.chosen)
      progress.replace(try pace(.whole, costs, damages, choice: choice.chosen))
      guard try make(following, damages, logs) else { return .interrupted }
    } else {
      guard try make(recipe.firstTrainings, damages, logs) else { return .interrupted }
    }
    guard evaluates, let evaluation = recipe.evaluation else {
      if recipe.evaluation == nil { try endChanges() }
      return .finished
    }
    try takeMeasurements()
    try recipe.judging?.checkCheckpoints(of: evaluation, recipe: recipe, run: run)
    progress.begin("evaluation")
    try crew.call(to: .evaluate)
    guard
      try evaluation.execute(choice, recipe: recipe, run: run, console: console, crew)
    else { return .interrupted }
    progress.end(evaluation.exams.isEmpty ? "evaluation" : "exams")
    guard let judging = recipe.judging else {
      try conclude(nil)
      try endChanges()
      return .finished
    }
    let outcome: JudgingPlan.Outcome
    progress.begin("judging")
    do {
      outcome = try judging.execute(recipe: recipe, run: run, console: console)
    } catch {
      // What was measured is worth reading whatever became of the judge.
      try conclude(judging.gate(nil, Gate(), nil))
      throw error
    }
    switch outcome {
    case .interrupted:
      try conclude(judging.gate(nil, Gate(), nil))
      return .interrupted
    case .untrusted(let gate):
      try conclude(gate)
      try endChanges()
      return .finished
    case .finished(let report, let gate):
      try conclude(gate)
      try endChanges()
      if let words = MissingReason.leftOut(report.reasons) { console.complain(words) }
      return report.failures > 0 ? .unanswered(report.failures, report.reasons) : .finished
    }
  }

  func prepareMachine() throws {
    try recipe.device.check()
    guard crew.ranks.isAlone || recipe.device == .cpu else {
      throw TrainingError.unusable(
        "device: \(recipe.device): several ranks exchange over Gloo, on the CPU; set device: cpu, or start one process"
      )
    }
    try Libtorch.setThreads(recipe.threads ?? Libtorch.threads)
    if recipe.device == .cpu { try Libtorch.requireDeterminism() }
  }

  /// - Returns: false when it was asked to stop.
  private func make(
    _ trainings: [RunRecipe.Training], _ damages: [URL: Damage], _ logs: RunLogs
  ) throws -> Bool {
    for training in trainings {
      let isDone = try make(training, damages, logs)
      try logs.write()
      guard isDone else { return false }
    }
    return true
  }

  /// What other runs measured of what was taken over from them is not measured again.
  private func takeMeasurements() throws {
    let count = try StageReuse.takeMeasurements(into: run)
    guard count > 0 else { return }
    console.say(
      "evaluation: begins with what other runs measured of \(count) polic\(count == 1 ? "y" : "ies"), where "
        + "prompts and settings are the same")
  }

  /// Holds what the recipe requires against what was measured, and writes the report.
  ///
  /// - Parameter judged: what came of that which is required of judges; nil where nobody judges.
  private func conclude(_ judged: Gate?) throws {
    var gate = try recipe.evaluation?.gate(run) ?? Gate()
    if let judged { gate.add(judged) }
    let files = FileManager.default
    if !gate.conditions.isEmpty {
      try RecordFile.write(GateRecord(conditions: gate.conditions), to: run.gates)
    } else if files.fileExists(atPath: run.gates.path) {
      // What an earlier recipe required is not required any more.
      try files.removeItem(at: run.gates)
    }
    try report()
  }

  private func report() throws {
    let page = try HTMLReport.render([ReportInput.load(from: run)], options: ReportOptions())
    try AtomicFile.write(Data(page.utf8), to: run.report)
  }

  // MARK: Records

  /// What was asked for, so that the run speaks for itself.
  ///
  /// - Throws: ``TrainingError/unusable(_:)`` where the folder holds another recipe's run.
  func writeRequest() throws {
    try checkFolder()
    try AtomicFile.write(recipe.document.resolvedJSON(), to: run.resolved)
    try AtomicFile.write(source, to: run.recipe)
    try RecordFile.write(
      sealing: RunOrigin(base: recipe.base, overrides: overrides, run: run),
      to: RunOrigin.file(of: run))
  }

  /// A recipe of which the run has no stage would replace the one that the run was made of.
  private func checkFolder() throws {
    let made = Set(
      try run.files.compactMap { path -> String? in
        let parts = path.split(separator: "/")
        guard parts.last == "done.json",
          parts.count == 2 || (parts.count == 3 && parts[1].hasPrefix("seed-"))
        else { return nil }
        return String(parts[0])
      })
    guard !made.isEmpty, made.isDisjoint(with: recipe.stages.map(\.name)) else { return }
    throw TrainingError.unusable(
      "\(run.url.path) is the run of another recipe: it holds \(made.sorted().joined(separator: ", ")), "
        + "and this one has no such stage; choose another --output or name")
  }

  /// Reads every data file, for its hash.
  private func provenance() throws -> Provenance {
    var hashes: [String: String] = [:]
    for name in recipe.data.keys { hashes[name] = try DataFingerprint.of(name, in: recipe) }
    return Provenance(
      version: Plumb.version, arguments: command,
      threads: Libtorch.threads, ranks: crew.ranks.count, libtorch: Libtorch.version,
      device: recipe.device.description, seeds: recipe.seeds, recipe: SHA256.hex(of: source),
      data: hashes)
  }

  /// Removes what killed processes left half-written anywhere in the run.
  private func sweep() throws { try sweep(run.url) }

  func sweep(_ folder: URL) throws {
    for part in try [""] + Folder.folders(below: folder) {
      let place = part.isEmpty ? folder : folder.appending(path: part)
      // Folders that go take those below them along.
      guard FileManager.default.fileExists(atPath: place.path) else { continue }
      try Folder.sweep(place)
      try AtomicFile.sweep(place)
    }
  }
}
