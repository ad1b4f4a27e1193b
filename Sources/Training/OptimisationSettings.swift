import Policy
import Recipe
import Torch

/// How a training moves through its examples: the `training` section of a stage.
public struct OptimisationSettings: Equatable, Sendable {
  /// What of the forward pass waits for the backward pass.
  public enum Memory: String, CaseIterable, Sendable {
    /// All of it.
    case normal
    /// The input of every layer, which is computed again: about a third more time.
    case low
  }

  /// What the optimiser's moments are kept as.
  public enum Moments: String, CaseIterable, Sendable {
    case float32
    case bfloat16
  }

  /// Passes over the examples; fractions are allowed. Ignored where `steps` is given.
  public var epochs: Double
  public var steps: Int?
  /// Examples of one optimiser step (sequences, prompts with their candidates).
  public var batch: Int
  /// Parts a step's examples are run in, one after the other, to save memory.
  public var accumulation: Int
  public var learningRate: Double
  /// Why it is what it is, where the recipe says nothing and it follows the model's size.
  public var rateReason: String?
  public var schedule: Schedule.Shape
  /// Share of the steps in which the learning rate rises.
  public var warmup: Double
  public var adam: AdamW.Settings
  /// Largest gradient norm; 0 turns clipping off.
  public var clip: Double
  /// Checkpoints along training, the last one included.
  public var checkpoints: Int
  /// What checkpoints store weights as.
  public var storage: CheckpointStorage
  public var memory: Memory
  /// Share of the examples held out to measure the loss on.
  public var heldOut: Double

  /// - Parameters:
  ///   - learningRate: the default, which differs between kinds of training.
  ///   - epochs: likewise.
  ///   - usualBatch: likewise.
  ///   - aboutBatch: what the reference says of it.
  ///   - usual: the default rate where the model's size is known.
  public init(
    from section: Section, learningRate: Double, epochs: Double, batch usualBatch: Int = 64,
    aboutBatch: String = "Examples of one optimiser step.", usual: UsualRate? = nil
  ) {
    self.init(
      movesOf: section, learningRate: learningRate, schedule: .cosine, warmup: 0.03, epsilon: 1e-8,
      usual: usual)
    self.epochs = section.double(
      "epochs", default: epochs, above: 0, atMost: 10_000,
      about: "Passes over the examples; fractions are allowed.")
    steps = section.optionalInt(
      "steps", in: 1...100_000_000, about: "Optimiser steps; takes the place of epochs.")
    // 64 as in the EXO paper.
    batch = section.int(
      "batch", default: usualBatch, in: 1...1_000_000, about: aboutBatch)
    heldOut = section.double(
      "held_out", default: 0.02, atLeast: 0, below: 0.9,
      about: "Share of the examples held out to measure the loss on.")
    if accumulation > batch {
      section.mistake("accumulation", "\(accumulation) parts of a batch of \(batch) examples")
    }
  }

  /// Only how parameters are moved, for a training that makes its examples itself: one pass, one
  /// example a step and nothing held out, which the caller sets.
  ///
  /// - Parameters:
  ///   - learningRate: the default, which differs between kinds of training.
  ///   - schedule: likewise; so are `warmup` and `epsilon`.
  init(
    movesOf section: Section, learningRate: Double, schedule: Schedule.Shape, warmup: Double,
    epsilon: Double, usual: UsualRate? = nil
  ) {
    (epochs, steps, batch, heldOut) = (1, nil, 1, 0)
    accumulation = section.int(
      "accumulation", default: 1, in: 1...100_000,
      about: "Parts a step is run in, one after the other, to save memory.")
    self.learningRate = section.double(
      "learning_rate", default: usual?.rate ?? learningRate, above: 0, atMost: 1,
      about: "The highest rate; where the model's size is known, its default follows from it.")
    rateReason = section.has("learning_rate") ? nil : usual?.reason
    self.schedule = section.choice(
      "schedule", default: schedule, about: "How the rate goes along the training.")
    self.warmup = section.double(
      "warmup", default: warmup, atLeast: 0, below: 1,
      about: "Share of the steps in which the rate rises.")
    adam = AdamW.Settings(
      beta1: section.double("beta1", default: 0.9, atLeast: 0, below: 1, about: "Of AdamW."),
      // 0.95, as the EXO authors: runs here are short, and 0.999 remembers longer than they last.
      beta2: section.double(
        "beta2", default: 0.95, atLeast: 0, below: 1,
        about: "Of AdamW; 0.95, because runs here are short."),
      epsilon: section.double("epsilon", default: epsilon, above: 0, atMost: 1, about: "Of AdamW."),
      decay: section.double("weight_decay", default: 0, atLeast: 0, atMost: 1, about: "Of AdamW."))
    // Asked for only where it is there: the settings of older runs do without.
    if section.has("moments"),
      section.choice(
        "moments", default: Moments.float32,
        about:
          "What AdamW's moments are kept as; bfloat16 takes half their memory, rounds by chance, on a processor."
      ) == .bfloat16
    {
      adam.moments = .bfloat16
    }
    clip = section.double(
      "clip", default: 1, atLeast: 0, about: "Largest norm of the gradient; 0 turns it off.")
    checkpoints = section.int(
      "checkpoints", default: 1, in: 1...10_000,
      about: "Checkpoints along training, the last included.")
    // As found: whoever serves the model has the memory that the one before it took.
    storage = section.choice(
      "store_as", default: .asFound, about: "What checkpoints store weights as.")
    // Most models fit, and a layer that is computed twice takes its time twice.
    memory = section.choice(
      "memory", default: .normal,
      about: "low computes layers twice, to save memory; about a third more time.")
  }

  /// Prepares a model for being trained and kept so.
  func apply(to model: Decoder) {
    storage.apply(to: model)
    model.recomputesBlocks = memory == .low
  }

  /// Optimiser steps for a number of examples.
  public func totalSteps(examples: Int) -> Int {
    steps ?? max(1, Int((epochs * Double(examples) / Double(batch)).rounded(.up)))
  }

  /// Which of a number of steps leave a checkpoint: evenly spaced, the last one included.
  public func checkpointSteps(of steps: Int) -> Set<Int> {
    let count = min(checkpoints, steps)
    return Set((1...count).map { Int((Double($0 * steps) / Double(count)).rounded()) })
  }

  /// As ``checkpointSteps(of:)``, in order; nil where the number of examples decides.
  var knownCheckpointSteps: [Int]? { steps.map { checkpointSteps(of: $0).sorted() } }

  /// The learning rate along a number of steps.
  func schedule(of steps: Int) -> Schedule {
    Schedule(
      shape: schedule, peak: learningRate, warmup: Int((warmup * Double(steps)).rounded()),
      steps: steps)
  }
}
