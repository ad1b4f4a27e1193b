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

  /// Runs a step's examples in parts, leaving the summed gradient on the parameters.
  private func accumulate(_ examples: [Int]) throws -> [String: Double] {
    let weight = task.weight(of: examples)
    let size = (examples.count + settings.accumulation - 1) / settings.accumulation
    var metrics = Metrics()
    var total = 0.0
    for start in stride(from: 0, to: examples.count, by: size) {
      let part = Array(examples[start..<min(start + size, examples.count)])
      task.model.dropoutSeed = Generator.mix(seed &+ UInt64(start), "dropout \(training.step)")
      defer { task.model.dropoutSeed = nil }
      let (loss, found) = try task.loss(of: part, weight: weight)
      let value = try loss.item()
      guard value.isFinite else { throw nonfinite("the loss", part) }
      total += value
      metrics.add(found)
      if loss.requiresGradient { try loss.backward() }
    }
    var means = metrics.values
    means["loss"] = total
    means["num_tokens"] = Double(tokens(of: examples))
    return means
  }

  private func nonfinite(_ what: String, _ examples: [Int]) -> TrainingError {
    .nonfinite(
      what: what, step: training.step + 1, examples: examples.map(task.name(of:)),
      checkpoint: training.lastGood?.lastPathComponent)
  }
}
