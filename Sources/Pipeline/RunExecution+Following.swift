import Command
import Foundation
import Runs
import Training

/// Saying how far a run is, to whoever looks: the terminal, `plumb watch`, the live page.
extension RunExecution {
  /// The words after the program's name that ask for the same; who looks at it meanwhile changes nothing.
  var command: [String] { LiveRequest.removed(from: Array(CommandLine.arguments.dropFirst())) }

  /// Begins to follow a whole run, and says where it goes on.
  func follow(
    _ extent: Extent, _ costs: CostEstimate, _ damages: [URL: Damage]
  ) throws -> RunProgress {
    try RunStatus.sweep(run)
    let pace = try pace(extent, costs, damages)
    if let words = try goingOn(pace, recipe.firstTrainings, damages) { console.say(words) }
    let console = console
    let page = LivePage(of: run, server: server) { [isQuiet = console.isQuiet] in
      if !isQuiet { Output(format: .text, isQuiet: false).note($0) }
    }
    return RunProgress(pace, command: command, in: run, as: RunStatus.whole, page: page)
  }

  /// Begins to follow single trainings, beside other processes that make others. Of those nothing is foreseen,
  /// and these are over before measuring this machine were worth it.
  func follow(_ trainings: [RunRecipe.Training]) throws -> RunProgress {
    var pace = try pace(.training, nil, [:])
    let own = Set(trainings.map(\.label))
    for place in pace.parts.indices {
      pace.parts[place].isOwn = own.contains(pace.parts[place].name)
    }
    // What follows a selection is among nobody's first trainings.
    let known = Set(pace.parts.map(\.name))
    pace.parts += try self.pace(.training, nil, [:], of: trainings).parts
      .filter { !known.contains($0.name) }
    return RunProgress(
      pace, command: command, in: run, as: trainings.first?.fileName ?? "none", page: nil)
  }

  /// Does the work, and leaves behind what says how it ended.
  func following(
    _ progress: RunProgress, _ extent: Extent, _ work: () throws -> Outcome
  ) throws -> Outcome {
    console.run = progress
    defer { console.run = nil }
    let outcome: Outcome
    do {
      outcome = try work()
    } catch {
      // What ended the work is what is to be said.
      try? progress.page?.leave(progress.status, isDone: false)
      progress.close(isDone: false)
      throw error
    }
    let isDone = outcome != .interrupted
    if isDone, extent == .whole, recipe.evaluation != nil {
      progress.page?.finish()
    } else {
      try progress.page?.leave(progress.status, isDone: isDone)
    }
    progress.close(isDone: isDone)
    return outcome
  }

  /// - Parameters:
  ///   - choice: what a selection chose; nil where it has not.
  ///   - some: these trainings alone; nil for those of the recipe.
  func pace(
    _ extent: Extent, _ costs: CostEstimate?, _ damages: [URL: Damage], choice: [String]? = nil,
    of some: [RunRecipe.Training]? = nil
  ) throws -> RunPace {
    try RunPace(recipe, extent, costs, choice: choice, of: some) { training in
      let folder = run.stage(training.planned.name, seed: training.seed)
      guard damages[folder.url] == nil else { return false }
      return try StageSeal.read(folder)?.isFinished == true
    }
  }

  /// Where a run goes on that was begun before: `goes on: 3 of 7 stages are done; dpo seed 1 from step 120`.
  ///
  /// - Returns: nil for one that begins.
  func goingOn(
    _ pace: RunPace, _ trainings: [RunRecipe.Training], _ damages: [URL: Damage]
  ) throws -> String? {
    let open = Set(pace.parts.filter { $0.share < 1 }.map(\.name))
    let begun = try trainings.first { training in
      let folder = run.stage(training.planned.name, seed: training.seed)
      guard open.contains(training.label), damages[folder.url] == nil else { return false }
      return try isBegun(folder)
    }
    var words = "goes on: \(pace.done) of \(pace.parts.count) stages are done"
    if let begun {
      words += "; \(begun.label) \(try place(of: begun))"
    } else if pace.done == 0 {
      return nil
    } else if trainings.allSatisfy({ !open.contains($0.label) }), !open.isEmpty {
      words += "; all that is trained, and what is measured is read as far as it is there"
    }
    return words
  }

  /// Where a single training goes on; nil for one that begins or is done. Of the others nothing is said: they
  /// are other processes'.
  func goingOn(_ training: RunRecipe.Training) throws -> String? {
    let folder = run.stage(training.planned.name, seed: training.seed)
    guard try isBegun(folder), try StageSeal.read(folder)?.isFinished != true else { return nil }
    return "goes on: \(training.label) \(try place(of: training))"
  }

  private func isBegun(_ folder: StageDirectory) throws -> Bool {
    try FileManager.default.fileExists(atPath: folder.url.path) && !folder.isUntouched
  }

  /// Where a training goes on that was stopped.
  private func place(of training: RunRecipe.Training) throws -> String {
    let folder = run.stage(training.planned.name, seed: training.seed)
    if let step = try CheckpointStore(folder.checkpoints).steps().last {
      return "from step \(step)"
    }
    if let rows = FileManager.default.contents(atPath: folder.rows.path) {
      return "from row \(rows.count { $0 == UInt8(ascii: "\n") })"
    }
    return "from its beginning"
  }
}
