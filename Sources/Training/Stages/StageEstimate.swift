import Policy
import Torch

/// What a stage will do, from settings and sizes of data alone.
public struct StageEstimate: Equatable, Sendable {
  /// Sequences, pairs, or prompts with their candidates.
  public var examples: Int
  /// Optimiser steps; nil for a stage that trains nothing.
  public var steps: Int?
  /// Trainings that they are the steps of, at most.
  public var trainings = 1
  /// Tokens that the model reads or writes, completions taken at their greatest length.
  public var tokens: Double
  /// Weights of the model; nil for a stage without one.
  public var parameters: Int?
  /// Width of the model, which decides how fast its matrix products are.
  public var hidden: Int?
  /// Floating-point operations: 6 · weights · tokens in training, 2 · weights · tokens in scoring
  /// and sampling. Attention over long contexts comes on top.
  public var operations: Double
  /// Of them those of examinations.
  public var examOperations = 0.0
  /// Bytes of weights, gradients, Adam's moments, a reference model, and activations of one part
  /// of a step.
  public var memory: Double
  /// What the memory of a training follows from; nil for a stage that is none.
  var parts: Parts?
  /// Put to the judges that a preference oracle is.
  public var questions = QuestionCount()
  /// What cannot work, a line each that begins with the key to change.
  public var problems: [String] = []
  /// Defaults that follow from the model, with the reason, likewise.
  public var defaults: [String] = []
  /// What will probably disappoint, likewise.
  public var remarks: [String] = []

  public init(
    examples: Int, steps: Int? = nil, tokens: Double = 0, parameters: Int? = nil,
    hidden: Int? = nil, operations: Double = 0, memory: Double = 0
  ) {
    self.examples = examples
    self.steps = steps
    self.tokens = tokens
    self.parameters = parameters
    self.hidden = hidden
    self.operations = operations
    self.memory = memory
  }

  /// A training of a model.
  ///
  /// - Parameters:
  ///   - adapter: what moves in the place of the weights, which the reference then shares.
  ///   - precision: of matrix products.
  ///   - examples: all, in order; the last of them are held out.
  ///   - isCounted: their tokens are counted, not estimated from bytes.
  ///   - order: the seed of the examples' order, with which the largest part of a step is known.
  ///   - hasReference: there is a frozen copy, against which progress is measured.
  ///   - isScored: the copy scores every example once.
  init(
    training settings: OptimisationSettings, _ configuration: ModelConfiguration,
    adapter: AdapterSettings? = nil, precision: Precision = .full, examples all: [ExampleSize],
    isCounted: Bool = false, order: UInt64 = 0, hasReference: Bool = false, isScored: Bool = true
  ) {
    let held = HeldOut.count(of: all.count, share: settings.heldOut)
    let learnt = held == 0 ? all : Array(all.dropLast(held))
    let steps = settings.totalSteps(examples: max(1, learnt.count))
    let weights = Double(configuration.parameterCount)
    let mean = all.mean
    let trained = Double(steps * min(settings.batch, max(1, learnt.count))) * mean
    let scored = hasReference && isScored ? Double(all.count) * mean : 0
    func peak(_ memory: OptimisationSettings.Memory) -> TrainingMemory {
      TrainingMemory(
        shape: configuration, adapter: adapter, precision: precision, recomputes: memory == .low,
        hasReference: hasReference, moments: settings.adam.moments ?? .float32)
    }
    let parts = Parts(
      examples: learnt, order: order, steps: steps, batch: settings.batch,
      accumulation: settings.accumulation, isCounted: isCounted,
      isScored: hasReference && isScored || held > 0,
      normal: settings.memory == .normal ? peak(.normal) : nil, low: peak(.low))
    self.init(
      examples: learnt.count, steps: steps, tokens: trained,
      parameters: configuration.parameterCount, hidden: configuration.hidden,
      // Of frozen weights there is no gradient to compute.
      operations: weights * ((adapter == nil ? 6 : 4) * trained + 2 * scored),
      memory: parts.bytes)
    self.parts = parts
    note(defaultsOf: settings)
  }

  /// Says what a training was given none of.
  mutating func note(defaultsOf settings: OptimisationSettings) {
    guard let reason = settings.rateReason else { return }
    defaults.append("training.learning_rate: \(settings.learningRate), \(reason)")
  }

  /// Bytes of keys and values that one token keeps while a completion is sampled.
  static func cache(_ c: ModelConfiguration) -> Double {
    4 * Double(2 * c.layers * c.keyValueHeads * c.headSize)
  }

  /// Sampling from a model, `copies` of them in memory, and weights laid out for it beside them.
  ///
  /// - Parameters:
  ///   - precision: of matrix products.
  ///   - passes: how often a token is read: once to sample it, again for every score.
  ///   - together: completions in memory at a time.
  ///   - isTaken: weights are given up as they are laid out.
  public init(
    sampling c: ModelConfiguration, precision: Precision = .full, prompts: PromptSettings.Sizes,
    each: Int, maxTokens: Int, together: Int, passes: Double = 1, copies: Double = 1,
    isTaken: Bool = false
  ) {
    let written = Double(prompts.count * each * maxTokens)
    let tokens = passes * (written + Double(prompts.count) * prompts.tokens)
    let weights = Double(c.parameterCount)
    let isNarrow = precision == .bfloat16 && Libtorch.hasNativeBFloat16
    let longest = (prompts.lengths.max() ?? 0) + Double(maxTokens)
    // Logits, their exponentials, and what is drawn from.
    let logits = 4 * 3 * Double(c.vocab)
    let laidOut: Double = isNarrow ? 2 : 4
    // The table of embeddings stays as it is; where it is the head too, that is laid out beside it.
    let table = Double(c.vocab * c.hidden)
    let atEnd = laidOut * (weights - (c.isTied ? 0 : table)) + 4 * table
    let held = isTaken ? max(4 * weights, atEnd) : (4 * copies + laidOut) * weights
    self.init(
      examples: prompts.count, tokens: tokens, parameters: c.parameterCount, hidden: c.hidden,
      operations: 2 * weights * tokens,
      memory: held + Double(together) * (StageEstimate.cache(c) * longest + logits))
  }
}
