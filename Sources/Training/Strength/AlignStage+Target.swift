import Foundation
import Policy
import Recipe
import Runs

extension AlignStage {
  /// This stage with another strength, and without a search.
  public func setting(_ target: KLTarget, to value: String) -> AlignStage {
    var stage = self
    let found = target.setting(value)
    stage.objective = found.objective
    stage.training.learningRate = found.learningRate
    stage.target = nil
    return stage
  }

  /// This stage as the search has found it, with the training of the search's own seed in its folder;
  /// nil where none is searched for.
  func aimed(_ context: StageContext) throws -> AlignStage? {
    guard let target, let record = try strength(context) else { return nil }
    if let seed = context.seed, seed == record.seed {
      try context.adopt(
        StageDirectory(
          context.directory(of: target.search).url
            .appending(path: StrengthRecord.folder(ofTrial: record.chosen + 1))))
    }
    context.note(
      "\(record.key) \(record.value), of the search for a KL of \(StrengthSearch.text(target.nats)) nats"
    )
    return setting(target, to: record.value)
  }

  /// What the search has found; nil for a stage that is not searched for.
  public func strength(_ context: StageContext) throws -> StrengthRecord? {
    guard let target else { return nil }
    return try RecordFile.read(
      StrengthRecord.self,
      from: context.directory(of: target.search).url.appending(path: StrengthRecord.file))
  }

  /// This stage as the search has found it, and what that adds to its options; nil for a stage that is
  /// not searched for.
  public func found(
    _ context: StageContext
  ) throws -> (stage: AlignStage, options: [String: String])? {
    guard let target, let record = try strength(context) else { return nil }
    var options = ["kl_target": "\(target.nats)"]
    if let key = target.key.last { options[key] = record.value }
    return (setting(target, to: record.value), options)
  }

  /// Prompts of held-out examples that no example is trained on, `limit` at most, by the examples' ids.
  public func heldOutPrompts(
    of material: Material, limit: Int
  ) -> [(id: String, tokens: [Int])] {
    let all = material.examples
    let count = HeldOut.count(
      of: all.count, share: training.heldOut, atLeast: objective.smallestStep)
    var known = Set(all.dropLast(count).map(\.prompt))
    var found: [(id: String, tokens: [Int])] = []
    for example in all.suffix(count)
    where found.count < limit && known.insert(example.prompt).inserted {
      found.append((example.id, example.prompt))
    }
    return found
  }

  /// What the trainings of a search cost at most, and the samples that measure them.
  public func searchEstimate(
    _ target: KLTarget, of name: String, _ sizes: inout StageSizes
  ) throws -> StageEstimate {
    var estimate = try self.estimate(name, &sizes)
    let shape = try sizes.model(policy)
    let times = Double(target.trials)
    estimate.trainings = target.trials
    estimate.steps = estimate.steps.map { $0 * target.trials }
    estimate.tokens *= times
    estimate.operations *= times
    // Said of the stage itself already.
    (estimate.problems, estimate.remarks) = ([], [])
    // As long as completions of the data may be, where nobody says.
    let maxTokens = target.maxTokens ?? min(64, shape.positions / 2)
    var offered = PromptSettings.Sizes(lengths: [16])
    if let prompts = target.prompts {
      offered = try prompts.sizes(
        vocabulary: shape.vocab, tokenizer: try sizes.tokenizer(policy), first: target.limit)
      if offered.count < KLTarget.fewest {
        estimate.problems.append(
          "kl_target.prompts: there \(offered.count == 1 ? "is" : "are") \(offered.count), and a KL of fewer "
            + "than \(KLTarget.fewest) says little")
      }
      if target.maxTokens != nil {
        estimate.foresee(
          offered, PromptRoom(for: maxTokens, in: shape.positions, prompts.surplus),
          key: "kl_target.max_tokens")
      }
    } else {
      let whole = Int((Double(estimate.examples) / (1 - training.heldOut)).rounded())
      let held = HeldOut.count(of: whole, share: training.heldOut)
      if held < KLTarget.fewest {
        estimate.problems.append(
          "kl_target: \(held) held-out example\(held == 1 ? "" : "s") cannot tell a KL; name "
            + "kl_target.prompts, or raise training.held_out")
      }
      offered.lengths = Array(repeating: 16, count: max(1, min(held, target.limit)))
    }
    let sampled = StageEstimate(
      sampling: shape, precision: sizes.precision, prompts: offered, each: target.samples,
      maxTokens: maxTokens, together: min(64, offered.count) * target.samples, passes: 3,
      copies: 2)
    estimate.tokens += times * sampled.tokens
    estimate.operations += times * sampled.operations
    estimate.memory = max(estimate.memory, sampled.memory)
    return estimate
  }
}

extension StageContext {
  /// Takes a finished training as this stage's own, as if it had been trained here; what is there
  /// already is kept.
  func adopt(_ training: StageDirectory) throws {
    let files = FileManager.default
    guard !files.fileExists(atPath: directory.checkpoints.path) else { return }
    try Folder.make(directory.url)
    for name in try Folder.names(in: training.url)
    where name != training.checkpoints.lastPathComponent && !name.hasPrefix(".") {
      let copy = directory.url.appending(path: name)
      try? files.removeItem(at: copy)
      try files.copyItem(at: training.url.appending(path: name), to: copy)
    }
    // Last, and in one step: without checkpoints the training begins anew.
    let beside = directory.url.appending(path: ".plumb-adopted")
    try? files.removeItem(at: beside)
    try files.copyItem(at: training.checkpoints, to: beside)
    try files.moveItem(at: beside, to: directory.checkpoints)
  }
}
