import Command
import Foundation
import Policy
import Runs
import Training

/// Making single trainings of a run, beside other processes that make others of it.
extension RunExecution {
  /// Makes some trainings and nothing else: neither what they are made from, nor measurements. Several
  /// processes may do so in one run, each with trainings of its own; what they leave is what one process
  /// would have made of them all.
  ///
  /// - Throws: `TrainingError.unusable` where what one is made from is not finished, and `RunError.locked`
  ///   where another process makes one of them.
  func execute(only trainings: [RunRecipe.Training]) throws -> Outcome {
    try prepareMachine()
    let needed = recipe.ancestors(of: trainings.map(\.planned.name))
    let outlook = try Outlook(recipe, of: needed)
    try outlook.check()
    for remark in outlook.remarks { console.say(remark) }
    try seals.checkInputs(of: needed)
    let share = try RunLock.join(run)
    defer { share.close() }
    guard try !SetAside(run: run).isUnderWay else {
      throw TrainingError.unusable(
        "\(run.url.path): a --redo was stopped before all of it was set aside; plumb run without --only goes on "
          + "with it")
    }
    let records = try RunLock.records(of: run)
    try AtomicFile.sweep(run.url)
    try writeRequest()
    records.close()
    // Other programs' logs are of the whole run, and written by who has all of it.
    let logs = RunLogs([], of: run, warn: console.warn)
    let progress = try follow(trainings)
    return try following(progress, .training) {
      for training in trainings {
        guard try makeAlone(training, logs) else { return .interrupted }
      }
      return .finished
    }
  }

  /// - Returns: false when it was asked to stop.
  private func makeAlone(_ training: RunRecipe.Training, _ logs: RunLogs) throws -> Bool {
    let directory = run.stage(training.planned.name, seed: training.seed)
    let lock = try RunLock.acquire(training.fileName, of: directory, in: run)
    defer { lock.close() }
    let sources = lineage(of: training)
    for source in sources {
      let folder = run.stage(source.planned.name, seed: source.seed)
      guard try StageSeal.read(folder)?.isFinished == true else {
        throw TrainingError.unusable(
          "\(training.label) is made from \(source.label), which is not finished in \(run.url.path); make that "
            + "first, or leave --only out")
      }
    }
    if let (folder, damage) = try checkSeals(of: sources).first {
      throw TrainingError.unusable(
        "\(folder.path): step \(damage.step) \(damage.problem); plumb run without --only makes it again"
      )
    }
    let damages = try checkSeals(of: [training])
    if FileManager.default.fileExists(atPath: directory.url.path) { try sweep(directory.url) }
    if damages.isEmpty, let words = try goingOn(training) { console.say(words) }
    return try make(training, damages, logs)
  }

  /// All that a training is made from, the earliest first.
  private func lineage(of training: RunRecipe.Training) -> [RunRecipe.Training] {
    var found: [RunRecipe.Training] = []
    for source in recipe.sources(of: training) {
      for one in lineage(of: source) + [source]
      where !found.contains(where: { $0.label == one.label }) {
        found.append(one)
      }
    }
    return found
  }
}
