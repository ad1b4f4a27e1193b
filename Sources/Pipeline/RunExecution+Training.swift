import Command
import Foundation
import Runs
import Training

/// Making one stage for one seed.
extension RunExecution {
  /// Makes what is not made yet, from where it stopped.
  ///
  /// - Parameter damages: by folder, what finished stages are made again for.
  /// - Returns: false when it was asked to stop before the end.
  func make(
    _ training: RunRecipe.Training, _ damages: [URL: Damage], _ logs: RunLogs
  ) throws -> Bool {
    let (planned, seed, label) = (training.planned, training.seed, training.label)
    let directory = run.stage(planned.name, seed: seed)
    let damage = damages[directory.url]
    let before = try StageSeal.read(directory)
    if before?.isFinished == true, damage == nil {
      console.run?.end(label)
      return true
    }
    console.run?.begin(label, isFresh: try before == nil || directory.isUntouched)
    var seal = try seals.seal(of: planned, seed: seed)
    seal.sources = Dictionary(
      uniqueKeysWithValues: try products(of: recipe.sources(of: training)))
    let card = card(of: training)
    if let found = reuse?[training],
      try before == nil || (before?.isFinished == false && directory.isUntouched)
    {
      if found.isMade(from: seal.sources ?? [:]) {
        try StageReuse.take(found, of: training, as: seal, card: card, into: run)
        console.say("\(label): reused from \(found.run.url.path)")
        return Signals.interruption == nil
      }
      console.warn(
        "\(label): is made after all, since what it is made from came out differently than in "
          + found.run.url.path)
    }
    try forgetReuse(of: training)
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
    var context = context(
      of: training,
      progress: { progress in
        console.show(label, progress)
        logs.refresh()
      }, note: { console.say("  \($0)") })
    try crew.call(to: training, &context)
    let meter = Meter()
    let result = try planned.stage.run(context)
    console.endLine()
    let records = isShared ? try RunLock.records(of: run) : nil
    try meter.write(result, to: run, stage: label, kind: type(of: planned.stage).kind)
    records?.close()
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
    console.run?.end(label)
    return Signals.interruption == nil
  }

  /// What is made here is no longer what was taken over once.
  private func forgetReuse(of training: RunRecipe.Training) throws {
    var record = try ReuseRecord.read(run)
    guard record[training.planned.name, training.seed] != nil else { return }
    record[training.planned.name, training.seed] = nil
    try record.write(to: run)
  }

  private func card(of training: RunRecipe.Training) -> String {
    let (planned, seed) = (training.planned, training.seed)
    // What a search trains is another stage's.
    let owner = planned.serves ?? planned.name
    let ownSeed = planned.serves.map { recipe.repeats($0) ? seed ?? recipe.seeds[0] : nil } ?? seed
    return ModelCard(recipe.document.resolved, stage: owner, seed: ownSeed).text
  }

  /// Where a training runs and what it may use.
  func context(
    of training: RunRecipe.Training, progress: @escaping (TrainingLoop.Progress) -> Void,
    note: @escaping (String) -> Void
  ) -> StageContext {
    let (planned, seed) = (training.planned, training.seed)
    var context = StageContext(
      run: run, name: planned.name, seed: seed,
      seeds: { recipe.repeats($0) ? seed ?? recipe.seeds[0] : nil }, base: recipe.base,
      device: recipe.device, precision: recipe.precision,
      shouldStop: { Signals.interruption != nil }, progress: progress, note: note)
    context.card = card(of: training)
    context.chatTemplate = recipe.chatTemplate
    return context
  }
}
