import Foundation
import Policy
import Runs
import Torch

/// Runs an ``OnPolicyTrainer`` in a stage's folder: journal, checkpoints, and going on where it was.
///
/// A checkpoint holds the policy, the critic in a folder below it, both optimisers, β and the
/// reward's scale; all else follows from the seed and the step. So a training that was killed goes on
/// to the same bytes as one that was not.
public struct OnPolicyLoop {
  static let critic = "\(CheckpointManifest.training)/\(earlierCritic)"
  /// Where earlier versions of Plumb kept it.
  private static let earlierCritic = "critic"

  /// The critic's folder in a checkpoint.
  static func critic(in folder: URL) -> URL {
    let before = folder.appending(path: earlierCritic, directoryHint: .isDirectory)
    return FileManager.default.fileExists(atPath: before.path)
      ? before : folder.appending(path: critic, directoryHint: .isDirectory)
  }

  /// Writes what belongs beside the weights (the tokenizer) into a checkpoint's folder.
  public var decorate: (URL) throws -> Void
  /// Checked after every step.
  public var shouldStop: () -> Bool
  public var report: (TrainingLoop.Progress) -> Void

  /// Called after every step with its number; gives metrics to record beside the step's own.
  var watch: (Int) throws -> [String: Double] = { _ in [:] }

  public init(
    decorate: @escaping (URL) throws -> Void, shouldStop: @escaping () -> Bool = { false },
    report: @escaping (TrainingLoop.Progress) -> Void = { _ in }
  ) {
    self.decorate = decorate
    self.shouldStop = shouldStop
    self.report = report
  }

  /// Trains until the settings' last step, from the newest checkpoint in `directory` that is whole.
  public func run(
    _ trainer: OnPolicyTrainer, in directory: StageDirectory
  ) throws -> TrainingLoop.Outcome {
    let steps = trainer.settings.steps
    let training = trainer.settings.training
    training.apply(to: trainer.policy.decoder)
    if let critic = trainer.critic { training.apply(to: critic) }
    let store = CheckpointStore(directory.checkpoints)
    try store.sweep()
    if let newest = try store.newest().checkpoint {
      try trainer.restore(newest.url, step: newest.step)
      trainer.lastGood = newest.url.lastPathComponent
    }
    var rollouts = KeptRollouts(
      trainer: trainer, store: store, journal: try Journal<StepRecord>(directory.steps),
      decorate: decorate)
    let done = trainer.step
    try rollouts.journal.truncate { $0.step <= done }
    let saves = trainer.settings.training.checkpointSteps(of: steps)
    let outcome = try StepLoop(
      count: steps, saves: saves, shouldStop: shouldStop, report: report, watch: watch
    ).run(&rollouts)
    if outcome == .finished, trainer.optimiser.ranks.leads {
      try store.prune(keeping: 1, protecting: saves)
    }
    return outcome
  }
}

/// An on-policy training with the files that keep it.
private struct KeptRollouts: Trainee {
  let trainer: OnPolicyTrainer
  let store: CheckpointStore
  let journal: Journal<StepRecord>
  let decorate: (URL) throws -> Void

  var step: Int { trainer.step }
  var tokens: Int { trainer.costs.tokens }

  func advance() throws -> [String: Double] { try trainer.advance() }

  func save() throws {
    guard trainer.optimiser.ranks.leads else { return try trainer.give() }
    try journal.sync()
    let saved = try store.save(step: trainer.step, expectedBytes: trainer.checkpointBytes) {
      folder in
      try trainer.save(to: folder)
      try decorate(folder)
    }
    trainer.lastGood = saved.url.lastPathComponent
  }
}

extension OnPolicyTrainer {
  /// About what a checkpoint takes on disk.
  var checkpointBytes: Int {
    let bytes = policy.decoder.trainable.bytes + (critic?.trainable.bytes ?? 0)
    let copies = policy.decoder.stored.isNarrow ? 4 : 3
    return copies * bytes + (1 << 20)
  }

  /// Writes all that moves into a checkpoint's folder.
  func save(to folder: URL) throws {
    try policy.decoder.save(to: folder)
    let scale = scale ?? RewardScale()
    try TrainingState.write(
      optimiser, of: policy.decoder,
      numbers: [
        ("updates", [Double(optimiser.step)]), ("kl", [control.coefficient]),
        ("reward", [scale.shift, scale.deviation]),
      ], to: folder)
    guard let critic, let criticOptimiser else { return }
    let beside = folder.appending(path: OnPolicyLoop.critic, directoryHint: .isDirectory)
    try Folder.make(beside)
    try critic.save(to: beside)
    try TrainingState.write(
      criticOptimiser, of: critic, numbers: [("updates", [Double(criticOptimiser.step)])],
      to: beside)
  }

  /// Gives the leading rank what it lacks to write a checkpoint, in the order of ``save(to:)``.
  func give() throws {
    try TrainingState.give(optimiser, of: policy.decoder)
    if let critic, let criticOptimiser { try TrainingState.give(criticOptimiser, of: critic) }
  }

  /// Takes over what a checkpoint's folder holds.
  func restore(_ folder: URL, step: Int) throws {
    let state = try TrainingState.read(folder)
    try state.restore(policy.decoder, &optimiser, step: state.count("updates"))
    let scale = try state.numbers("reward", count: 2)
    self.scale = RewardScale(shift: scale[0], deviation: scale[1])
    control.coefficient = try state.numbers("kl", count: 1)[0]
    if let critic, var own = criticOptimiser {
      let beside = try TrainingState.read(OnPolicyLoop.critic(in: folder))
      try beside.restore(critic, &own, step: beside.count("updates"))
      criticOptimiser = own
    }
    self.step = step
  }
}
