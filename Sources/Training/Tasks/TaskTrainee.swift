import Runs
import Torch

/// A learning task over the steps of a span, as ``StepLoop`` trains it.
///
/// The order of examples follows from the seed and the step.
struct TaskTrainee<Task: LearningTask>: Trainee {
  private let task: Task
  private let settings: OptimisationSettings
  private let span: TrainingSpan
  private(set) var training: OngoingTraining
  private(set) var tokens = 0
  private var order: Permutation
  private let seed: UInt64

  init(
    _ task: Task, _ settings: OptimisationSettings, _ span: TrainingSpan,
    _ training: OngoingTraining, seed: UInt64
  ) {
    self.task = task
    self.settings = settings
    self.span = span
    self.training = training
    self.seed = seed
    order = Permutation(count: task.exampleCount, seed: Generator.mix(seed, "order"))
  }

  var step: Int { training.step }
  var journal: Journal<StepRecord> { training.journal }

  /// - Throws: ``TrainingError/nonfinite(what:step:examples:checkpoint:)`` before the step that
  ///   would have spoiled the weights.
  mutating func advance() throws -> [String: Double] {
    let place = training.step - span.first
    let examples = order.examples(from: place * settings.batch, length: settings.batch)
    let rate = span.schedule.rate(at: span.scheduled + place)
    var metrics = try accumulate(examples)
    let norm = try training.update(rate: rate, clip: settings.clip)
    guard norm.isFinite else { throw nonfinite("the gradient", examples) }
    tokens += tokens(of: examples)
    metrics["grad_norm"] = norm
    metrics["learning_rate"] = rate
    metrics["epoch"] = Double((place + 1) * settings.batch) / Double(task.exampleCount)
    if span.saves.contains(training.step) {
      for (name, value) in try withoutGradient({ try task.heldOut() }) {
        metrics["eval_\(name)"] = value
      }
    }
    return training.step == span.last ? try span.ending(&training, metrics) : metrics
  }

  mutating func save() throws { try training.save() }

  private func tokens(of examples: [Int]) -> Int {
    examples.reduce(0) { $0 + task.tokens(of: $1) }
  }

  /// Runs this rank's examples of a step in parts, leaving their gradients' sum on the parameters.
  ///
  /// - Returns: what all ranks found.
  private func accumulate(_ examples: [Int]) throws -> [String: Double] {
    let weight = task.weight(of: examples)
    let ranks = training.optimiser.ranks
    let found = try ranks.gather(
      task.couplesExamples
        ? coupled(examples, weight: weight, over: ranks)
        : cut(examples, ranks.part(of: examples.count), weight: weight))
    if let spoilt = found.lazy.compactMap(\.spoilt).first { throw nonfinite("the loss", spoilt) }
    var metrics = found[0].metrics
    for one in found.dropFirst() { metrics.add(one.metrics) }
    var means = metrics.values
    means["loss"] = found.reduce(0) { $0 + $1.loss }
    means["num_tokens"] = Double(tokens(of: examples))
    return means
  }

  /// What a rank's part of a step came to.
  private struct Found: Codable {
    var loss = 0.0
    var metrics = Metrics()
    /// Examples whose loss is no number.
    var spoilt: [Int]?
  }

  /// The examples of a range, in parts.
  private func cut(_ examples: [Int], _ range: Range<Int>, weight: Double) throws -> Found {
    let size = max(1, (range.count + settings.accumulation - 1) / settings.accumulation)
    var found = Found()
    for start in stride(from: range.lowerBound, to: range.upperBound, by: size) {
      let part = Array(examples[start..<min(start + size, range.upperBound)])
      let isDone = try add(part, to: &found, streamOf: start) {
        try task.loss(of: part, weight: weight)
      }
      guard isDone else { break }
    }
    return found
  }

  /// The whole step, of which every rank computes a part, because examples depend on each other.
  private func coupled(
    _ examples: [Int], weight: Double, over ranks: Ranks
  ) throws -> Found {
    var found = Found()
    _ = try add(examples, to: &found, streamOf: ranks.part(of: examples.count).lowerBound) {
      try task.loss(of: examples, weight: weight, over: ranks)
    }
    // Every rank knows the whole; it counts once.
    return ranks.leads ? found : Found(spoilt: found.spoilt)
  }

  /// - Returns: false where the loss is no number.
  private func add(
    _ part: [Int], to found: inout Found, streamOf start: Int,
    _ loss: () throws -> (loss: Tensor, metrics: Metrics)
  ) throws -> Bool {
    task.model.dropoutSeed = Generator.mix(seed &+ UInt64(start), "dropout \(training.step)")
    defer { task.model.dropoutSeed = nil }
    let (loss, metrics) = try loss()
    let value = try loss.item()
    guard value.isFinite else {
      found.spoilt = part
      return false
    }
    found.loss += value
    found.metrics.add(metrics)
    if loss.requiresGradient { try loss.backward() }
    return true
  }

  private func nonfinite(_ what: String, _ examples: [Int]) -> TrainingError {
    .nonfinite(
      what: what, step: training.step + 1, examples: examples.map(task.name(of:)),
      checkpoint: training.lastGood?.lastPathComponent)
  }
}
