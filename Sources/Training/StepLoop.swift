import Foundation
import Runs
import Torch

/// The one loop under everything that is trained here: steps, their records, checkpoints, stopping.
struct StepLoop {
  /// Steps done before the first one.
  var first = 0
  var count: Int
  /// Steps that leave a checkpoint.
  var saves: Set<Int>
  /// Asked after every step.
  var shouldStop: () -> Bool = { false }
  var report: (TrainingLoop.Progress) -> Void
  /// Called after every step, before it is recorded; gives metrics to record beside the step's own.
  var watch: (Int) throws -> [String: Double] = { _ in [:] }
  /// Those that do the steps together. Whoever leads watches, records, saves, and is asked whether to stop.
  var ranks = Ranks.alone

  /// Trains to the last step, or to where it is asked to stop, which leaves a checkpoint too.
  func run(_ trainee: inout some Trainee) throws -> TrainingLoop.Outcome {
    let last = first + count
    let done = trainee.step
    let clock = ContinuousClock()
    let start = clock.now
    while trainee.step < last {
      var metrics = try trainee.advance()
      let stops = try ranks.follow(shouldStop())
      guard ranks.leads else {
        if stops, trainee.step < last { return .interrupted(step: trainee.step) }
        continue
      }
      metrics.merge(try watch(trainee.step)) { _, seen in seen }
      try trainee.journal.append(StepRecord(step: trainee.step, metrics: metrics))
      if saves.contains(trainee.step) || stops { try trainee.save() }
      let elapsed = (clock.now - start).seconds
      report(
        TrainingLoop.Progress(
          step: trainee.step - first, steps: count, metrics: metrics,
          tokensPerSecond: Double(trainee.tokens) / max(elapsed, 1e-9),
          secondsLeft: elapsed / Double(trainee.step - done) * Double(last - trainee.step)))
      if stops, trainee.step < last { return .interrupted(step: trainee.step) }
    }
    return .finished
  }
}
