import Foundation
import Policy
import Runs
import Torch

/// Trains a task in a stage's folder: ``StepLoop`` over a ``TaskTrainee``.
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
    /// The stage's rounds before this one, and all of them, where it has several.
    var rounds = (done: 0, all: 1)
    /// False for what a round begins with, whose steps are not those of the round.
    var isOfSteps = true

    /// How much of the stage is done, 0 to 1.
    public var share: Double {
      let inside = isOfSteps ? Double(step) / Double(max(1, steps)) : 0
      return (Double(rounds.done) + inside) / Double(max(1, rounds.all))
    }
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
  /// Those that train together: each computes the gradient of its part of every step's examples.
  public var ranks = Ranks.alone
  /// Called after every step with its number; gives metrics to record beside the step's own.
  var watch: (Int) throws -> [String: Double] = { _ in [:] }

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
      throw TrainingError.unusable(
        "\(directory.url.lastPathComponent): no examples to train on: all are longer than max_length; "
          + "raise max_length")
    }
    let model = task.model
    try model.requireGradients()
    defer { try? model.requireGradients(false) }
    settings.apply(to: model)
    var training = try OngoingTraining(
      model, settings.adam, in: directory, over: ranks, decorate: decorate)
    let steps = settings.totalSteps(examples: task.exampleCount)
    let span = TrainingSpan(
      count: steps, saves: checkpointSteps(of: steps), schedule: settings.schedule(of: steps))
    let (outcome, tokens) = try run(task, &training, span)
    if outcome == .finished, ranks.leads {
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
    var trainee = TaskTrainee(task, settings, span, training, seed: seed)
    defer { training = trainee.training }
    let loop = StepLoop(
      first: span.first, count: span.count, saves: span.saves, shouldStop: shouldStop,
      report: report, watch: watch)
    return (try loop.run(&trainee), trainee.tokens)
  }

  /// Evenly spaced, the last step included.
  public func checkpointSteps(of steps: Int) -> Set<Int> {
    settings.checkpointSteps(of: steps)
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
