import Foundation
import Policy
import Runs
import Torch

/// The one loop that trains anything here: steps, clipping, schedule, journal, checkpoints.
///
/// A checkpoint holds all that moves: weights, optimiser moments and the step; the order of
/// examples follows from the seed and the step. So a training that was killed goes on to the same
/// bytes as one that was not.
public struct TrainingLoop {
  /// What a caller wants to see while it runs.
  public struct Progress: Sendable {
    public var step: Int
    public var steps: Int
    public var metrics: [String: Double]
    public var tokensPerSecond: Double
    public var secondsLeft: Double
  }

  public enum Outcome: Equatable, Sendable {
    case finished
    /// Stopped at a checkpoint because it was asked to.
    case interrupted(step: Int)
  }

  public var settings: OptimisationSettings
  public var seed: UInt64
  /// Writes what belongs beside the weights (the tokenizer) into a checkpoint's folder.
  public var decorate: (URL) throws -> Void
  /// Checked after every step.
  public var shouldStop: () -> Bool
  public var report: (Progress) -> Void

  public init(
    settings: OptimisationSettings, seed: UInt64, decorate: @escaping (URL) throws -> Void,
    shouldStop: @escaping () -> Bool = { false }, report: @escaping (Progress) -> Void = { _ in }
  ) {
    self.settings = settings
    self.seed = seed
    self.decorate = decorate
    self.shouldStop = shouldStop
    self.report = report
  }

  /// Trains the task's model in place, from the newest checkpoint in `directory` that is whole.
  ///
  /// - Returns: the steps done and the tokens read by this call.
  /// - Throws: ``TrainingError/nonfinite(what:step:examples:checkpoint:)`` before the step that
  ///   would have spoiled the weights.
  public func run(
    _ task: some LearningTask, in directory: StageDirectory
  ) throws -> (outcome: Outcome, tokens: Int) {
    guard task.exampleCount > 0 else {
      throw TrainingError.unusable("\(directory.url.lastPathComponent): no examples to train on")
    }
    let model = task.model
    try model.requireGradients()
    defer { try? model.requireGradients(false) }
    var optimiser = try AdamW(model.parameters, settings.adam)
    let steps = settings.totalSteps(examples: task.exampleCount)
    let schedule = Schedule(
      shape: settings.schedule, peak: settings.learningRate,
      warmup: Int((settings.warmup * Double(steps)).rounded()), steps: steps)
    let store = CheckpointStore(directory.checkpoints)
    try store.sweep()
    var lastGood = try resume(model, &optimiser, from: store)
    let journal = try Journal<StepRecord>(directory.steps)
    let done = optimiser.step
    try journal.truncate { $0.step <= done }
    var order = Permutation(count: task.exampleCount, seed: Generator.mix(seed, "order"))
    let saveAt = checkpointSteps(of: steps)
    let clock = ContinuousClock()
    let start = clock.now
    var tokens = 0

    while optimiser.step < steps {
      let step = optimiser.step
      let examples = order.examples(from: step * settings.batch, length: settings.batch)
      let rate = schedule.rate(at: step)
      var metrics = try accumulate(task, examples, step: step + 1, lastGood)
      let norm = try optimiser.clipGradients(to: settings.clip)
      guard norm.isFinite else {
        throw nonfinite("the gradient", task, examples, step + 1, lastGood)
      }
      try optimiser.update(rate: rate)
      for example in examples { tokens += task.tokens(of: example) }
      metrics["grad_norm"] = norm
      metrics["learning_rate"] = rate
      metrics["epoch"] =
        Double(optimiser.step * settings.batch) / Double(task.exampleCount)
      let stops = shouldStop()
      let saves = saveAt.contains(optimiser.step) || stops
      if saveAt.contains(optimiser.step) {
        for (name, value) in try withoutGradient({ try task.heldOut() }) {
          metrics["eval_\(name)"] = value
        }
      }
      try journal.append(StepRecord(step: optimiser.step, metrics: metrics))
      if saves {
        try journal.sync()
        lastGood = try save(model, optimiser, to: store)
      }
      let elapsed = (clock.now - start).seconds
      let mine = Double(optimiser.step - done)
      report(
        Progress(
          step: optimiser.step, steps: steps, metrics: metrics,
          tokensPerSecond: Double(tokens) / max(elapsed, 1e-9),
          secondsLeft: elapsed / mine * Double(steps - optimiser.step)))
      if stops, optimiser.step < steps {
        return (.interrupted(step: optimiser.step), tokens)
      }
    }
    // A checkpoint made only because the run was stopped has served: a run that was stopped and
    // one that was not leave the same.
    try store.prune(keeping: 1, protecting: saveAt)
    return (.finished, tokens)
  }

  /// Evenly spaced, the last step included.
  public func checkpointSteps(of steps: Int) -> Set<Int> {
    let count = min(settings.checkpoints, steps)
    return Set((1...count).map { Int((Double($0 * steps) / Double(count)).rounded()) })
  }

  /// Runs a step's examples in parts, leaving the summed gradient on the parameters.
  private func accumulate(
    _ task: some LearningTask, _ examples: [Int], step: Int, _ lastGood: URL?
  ) throws -> [String: Double] {
    let weight = task.weight(of: examples)
    let size = (examples.count + settings.accumulation - 1) / settings.accumulation
    var metrics = Metrics()
    var total = 0.0
    for start in stride(from: 0, to: examples.count, by: size) {
      let part = Array(examples[start..<min(start + size, examples.count)])
      let (loss, found) = try task.loss(of: part, weight: weight)
      let value = try loss.item()
      guard value.isFinite else { throw nonfinite("the loss", task, part, step, lastGood) }
      total += value
      metrics.add(found)
      if loss.requiresGradient { try loss.backward() }
    }
    var means = metrics.means
    means["loss"] = total
    means["num_tokens"] = Double(examples.reduce(0) { $0 + task.tokens(of: $1) })
    return means
  }

  private func nonfinite(
    _ what: String, _ task: some LearningTask, _ examples: [Int], _ step: Int, _ lastGood: URL?
  ) -> TrainingError {
    .nonfinite(
      what: what, step: step, examples: examples.map(task.name(of:)),
      checkpoint: lastGood?.lastPathComponent)
  }

  // MARK: Checkpoints

  private static let moments = "training.safetensors"

  private func save(
    _ model: Decoder, _ optimiser: AdamW, to store: CheckpointStore
  ) throws -> URL {
    let bytes = model.parameters.reduce(0) { $0 + $1.count * $1.type.size }
    let saved = try store.save(step: optimiser.step, expectedBytes: 3 * bytes + (1 << 20)) {
      folder in
      try model.save(to: folder)
      try decorate(folder)
      var tensors: [(String, Tensor)] = []
      for (index, name) in model.weights.names.enumerated() {
        tensors.append(("first.\(name)", optimiser.first[index]))
        tensors.append(("second.\(name)", optimiser.second[index]))
      }
      try SafetensorsReading.write(
        tensors, to: folder.appending(path: TrainingLoop.moments))
    }
    return saved.url
  }

  /// Puts the newest whole checkpoint into the model and the optimiser.
  private func resume(
    _ model: Decoder, _ optimiser: inout AdamW, from store: CheckpointStore
  ) throws -> URL? {
    guard let newest = try store.newest().checkpoint else { return nil }
    let saved = try Decoder.load(newest.url)
    for (mine, theirs) in zip(model.parameters, saved.parameters) { try mine.assign(theirs) }
    let moments = try SafetensorsReading.tensors(
      in: newest.url.appending(path: TrainingLoop.moments))
    func all(_ kind: String) throws -> [Tensor] {
      try model.weights.names.map { name in
        guard let tensor = moments["\(kind).\(name)"] else {
          throw RunError.invalidFile(
            path: newest.url.path, problem: "\(TrainingLoop.moments) lacks \(kind).\(name)")
        }
        return tensor
      }
    }
    try optimiser.restore(
      step: newest.step, first: try all("first"), second: try all("second"))
    return newest.url
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
