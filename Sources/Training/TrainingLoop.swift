import Foundation
import Policy
import Runs
import Torch

/// The one loop that trains anything here: steps, clipping, schedule, journal, checkpoints.
///
/// What moves is kept as ``OngoingTraining`` says; the order of examples follows from the seed and
/// the step. So a training that was killed goes on to the same bytes as one that was not.
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
    var training = try OngoingTraining(model, settings.adam, in: directory, decorate: decorate)
    let steps = settings.totalSteps(examples: task.exampleCount)
    let span = TrainingSpan(
      count: steps, saves: checkpointSteps(of: steps), schedule: settings.schedule(of: steps))
    let (outcome, tokens) = try run(task, &training, span)
    if outcome == .finished {
      // A checkpoint made only because the run was stopped has served: a run that was stopped and
      // one that was not leave the same.
      try training.store.prune(keeping: 1, protecting: span.saves)
    }
    return (outcome, tokens)
  }

  /// Trains from where `training` stands to the end of the span.
  func run(
    _ task: some LearningTask, _ training: inout OngoingTraining, _ span: TrainingSpan
  ) throws -> (outcome: Outcome, tokens: Int) {
    var order = Permutation(count: task.exampleCount, seed: Generator.mix(seed, "order"))
    let done = training.step
    let clock = ContinuousClock()
    let start = clock.now
    var tokens = 0
    while training.step < span.last {
      let place = training.step - span.first
      let examples = order.examples(from: place * settings.batch, length: settings.batch)
      let rate = span.schedule.rate(at: span.scheduled + place)
      var metrics = try accumulate(task, examples, training)
      let norm = try training.update(rate: rate, clip: settings.clip)
      guard norm.isFinite else { throw nonfinite("the gradient", task, examples, training) }
      for example in examples { tokens += task.tokens(of: example) }
      metrics["grad_norm"] = norm
      metrics["learning_rate"] = rate
      metrics["epoch"] = Double((place + 1) * settings.batch) / Double(task.exampleCount)
      let stops = shouldStop()
      let isKept = span.saves.contains(training.step)
      if isKept {
        for (name, value) in try withoutGradient({ try task.heldOut() }) {
          metrics["eval_\(name)"] = value
        }
      }
      if training.step == span.last { metrics = try span.ending(&training, metrics) }
      try training.journal.append(StepRecord(step: training.step, metrics: metrics))
      if isKept || stops { try training.save() }
      let elapsed = (clock.now - start).seconds
      let mine = Double(training.step - done)
      report(
        Progress(
          step: place + 1, steps: span.count, metrics: metrics,
          tokensPerSecond: Double(tokens) / max(elapsed, 1e-9),
          secondsLeft: elapsed / mine * Double(span.last - training.step)))
      if stops, training.step < span.last {
        return (.interrupted(step: training.step), tokens)
      }
    }
    return (.finished, tokens)
  }

  /// Evenly spaced, the last step included.
  public func checkpointSteps(of steps: Int) -> Set<Int> {
    settings.checkpointSteps(of: steps)
  }

  /// Runs a step's examples in parts, leaving the summed gradient on the parameters.
  private func accumulate(
    _ task: some LearningTask, _ examples: [Int], _ training: OngoingTraining
  ) throws -> [String: Double] {
    let weight = task.weight(of: examples)
    let size = (examples.count + settings.accumulation - 1) / settings.accumulation
    var metrics = Metrics()
    var total = 0.0
    for start in stride(from: 0, to: examples.count, by: size) {
      let part = Array(examples[start..<min(start + size, examples.count)])
      let (loss, found) = try task.loss(of: part, weight: weight)
      let value = try loss.item()
      guard value.isFinite else { throw nonfinite("the loss", task, part, training) }
      total += value
      metrics.add(found)
      if loss.requiresGradient { try loss.backward() }
    }
    var means = metrics.values
    means["loss"] = total
    means["num_tokens"] = Double(examples.reduce(0) { $0 + task.tokens(of: $1) })
    return means
  }

  private func nonfinite(
    _ what: String, _ task: some LearningTask, _ examples: [Int], _ training: OngoingTraining
  ) -> TrainingError {
    .nonfinite(
      what: what, step: training.step + 1, examples: examples.map(task.name(of:)),
      checkpoint: training.lastGood?.lastPathComponent)
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
