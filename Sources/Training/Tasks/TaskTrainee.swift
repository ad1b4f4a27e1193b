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
  private let ranks: Ranks

  init(
    _ task: Task, _ settings: OptimisationSettings, _ span: TrainingSpan,
    _ training: OngoingTraining, seed: UInt64, _ ranks: Ranks
  ) {
    self.task = task
    self.settings = settings
    self.span = span
    self.training = training
    self.seed = seed
    self.ranks = ranks
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
    try ranks.sumGradients(of: training.model.trainable.tensors)
    let norm = try training.update(rate: rate, clip: settings.clip)
    guard norm.isFinite else { throw nonfinite("the gradient", examples) }
    tokens += tokens(of: examples)
    metrics["grad_norm"] = norm
    metrics["learning_rate"] = rate
    metrics["epoch"] = Double((place + 1) * settings.batch) / Double(task.exampleCount)
    if ranks.leads, span.saves.contains(training.step) {
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

  /// Runs this rank's part of a step's examples in parts, leaving the summed gradient on the parameters.
  ///
  /// - Returns: what all ranks found, together.
  private func accumulate(_ examples: [Int]) throws -> [String: Double] {
    let weight = task.weight(of: examples)
    let mine = part(of: examples)
    let size = max(1, (mine.count + settings.accumulation - 1) / settings.accumulation)
    var found = Found()
    for start in stride(from: mine.startIndex, to: mine.endIndex, by: size) {
      let part = Array(mine[start..<min(start + size, mine.endIndex)])
      task.model.dropoutSeed = Generator.mix(seed &+ UInt64(start), "dropout \(training.step)")
      defer { task.model.dropoutSeed = nil }
      let (loss, metrics) = try task.loss(of: part, weight: weight)
      let value = try loss.item()
      guard value.isFinite else {
        found.spoilt = part
        break
      }
      found.loss += value
      found.metrics.add(metrics)
      if loss.requiresGradient { try loss.backward() }
    }
    let all = try ranks.gather(found)
    if let spoilt = all.lazy.compactMap(\.spoilt).first { throw nonfinite("the loss", spoilt) }
    var together = Metrics()
    for one in all { together.add(one.metrics) }
    var means = together.values
    means["loss"] = all.reduce(0) { $0 + $1.loss }
    means["num_tokens"] = Double(tokens(of: examples))
    return means
  }

  /// The examples of a step that this rank computes: all or none where they cannot be cut.
  private func part(of examples: [Int]) -> ArraySlice<Int> {
    guard task.couplesExamples else { return ranks.part(of: examples) }
    return ranks.leads ? examples[...] : []
  }

  /// What a rank's part of a step came to.
  private struct Found: Codable {
    var loss = 0.0
    var metrics = Metrics()
    /// Examples whose loss is no number.
    var spoilt: [Int]?
  }

  private func nonfinite(_ what: String, _ examples: [Int]) -> TrainingError {
    .nonfinite(
      what: what, step: training.step + 1, examples: examples.map(task.name(of:)),
      checkpoint: training.lastGood?.lastPathComponent)
  }
}
