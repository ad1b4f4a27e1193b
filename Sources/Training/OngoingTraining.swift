import Foundation
import Policy
import Runs
import Torch

/// All that moves in a training, and where it is kept: weights, optimiser moments and the count of
/// steps in checkpoints, what each step reported in a journal.
///
/// A checkpoint holds all of it, so a training that was killed goes on to the same bytes as one
/// that was not.
struct OngoingTraining {
  let model: Decoder
  let directory: StageDirectory
  let store: CheckpointStore
  let journal: Journal<StepRecord>
  private(set) var optimiser: AdamW
  /// The newest checkpoint.
  private(set) var lastGood: URL?
  /// Remembered in the manifest of every checkpoint to come; at first those of the newest.
  var facts: [String: String]
  /// Models whose weights every checkpoint to come keeps beside the moments, by name.
  var companions: [(name: String, model: Decoder)] = []
  /// What the newest checkpoint kept beside its weights.
  let found: TrainingState?
  /// Steps done before this optimiser began.
  private var earlier: Int
  /// Writes what belongs beside the weights into a checkpoint's folder.
  private let decorate: (URL) throws -> Void

  /// Puts the newest whole checkpoint of the folder into the model, and forgets what was recorded
  /// after it.
  init(
    _ model: Decoder, _ settings: AdamW.Settings, in directory: StageDirectory,
    over ranks: Ranks, decorate: @escaping (URL) throws -> Void
  ) throws {
    self.model = model
    self.directory = directory
    self.decorate = decorate
    store = CheckpointStore(directory.checkpoints)
    try store.sweep()
    optimiser = try AdamW(model.trainable.tensors, settings, over: ranks)
    if let newest = try store.newest().checkpoint {
      facts = newest.manifest.facts
      earlier = facts[Self.earlierSteps].flatMap(Int.init) ?? 0
      found = try TrainingState.read(newest.url)
      try found?.restore(model, &optimiser, step: newest.step - earlier)
      lastGood = newest.url
    } else {
      (facts, earlier, found, lastGood) = ([:], 0, nil, nil)
    }
    journal = try Journal<StepRecord>(directory.steps)
    let done = earlier + optimiser.step
    try journal.truncate { $0.step <= done }
  }

  /// Steps done in all.
  var step: Int { earlier + optimiser.step }

  /// Goes on with a new optimiser, which remembers nothing; steps go on counting.
  mutating func forgetMoments() throws {
    try passed(steps: 0)
  }

  /// Counts steps by which something else has moved the weights; the optimiser begins anew.
  mutating func passed(steps: Int) throws {
    earlier = step + steps
    optimiser = try AdamW(
      model.trainable.tensors, optimiser.settings, over: optimiser.ranks)
  }

  /// Moves the weights along their gradients, added up over the ranks.
  ///
  /// - Returns: the norm of the gradients before clipping; nothing moves where it is not finite.
  mutating func update(rate: Double, clip: Double) throws -> Double {
    try optimiser.reduceGradients()
    let norm = try optimiser.clipGradients(to: clip)
    if norm.isFinite { try optimiser.update(rate: rate) }
    return norm
  }

  // MARK: Checkpoints

  private static let earlierSteps = "steps before this optimiser"

  /// Makes the present state durable, and before it all records. The leading rank writes, with what the
  /// others give.
  mutating func save() throws {
    guard optimiser.ranks.leads else { return try TrainingState.give(optimiser, of: model) }
    try journal.sync()
    // Weights and two moments, and the weights once more where the checkpoint rounds them.
    let copies = (model.stored.isNarrow ? 4 : 3) + companions.count
    var facts = facts
    facts[Self.earlierSteps] = earlier > 0 ? "\(earlier)" : nil
    let saved = try store.save(
      step: step, expectedBytes: copies * model.trainable.bytes + (1 << 20), facts: facts
    ) { folder in
      try model.save(to: folder)
      try decorate(folder)
      try TrainingState.write(optimiser, of: model, beside: companions, to: folder)
    }
    lastGood = saved.url
  }
}
