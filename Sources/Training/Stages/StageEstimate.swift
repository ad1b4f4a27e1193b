import Policy

/// What a stage will do, from settings and sizes of data alone.
public struct StageEstimate: Equatable, Sendable {
  /// Sequences, pairs, or prompts with their candidates.
  public var examples: Int
  /// Optimiser steps; nil for a stage that trains nothing.
  public var steps: Int?
  /// Tokens that the model reads or writes, completions taken at their greatest length.
  public var tokens: Double
  /// Weights of the model; nil for a stage without one.
  public var parameters: Int?
  /// Width of the model, which decides how fast its matrix products are.
  public var hidden: Int?
  /// Floating-point operations: 6 · weights · tokens in training, 2 · weights · tokens in scoring
  /// and sampling. Attention over long contexts comes on top.
  public var operations: Double
  /// Bytes of weights, gradients, Adam's moments, a reference model, and activations of one part
  /// of a step.
  public var memory: Double
  /// What the memory of a training follows from; nil for a stage that is none.
  var parts: Parts?
  /// Put to the judges that a preference oracle is.
  public var questions = QuestionCount()
  /// What cannot work, a line each that begins with the key to change.
  public var problems: [String] = []
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
  ///   - mean: tokens of an example.
  ///   - longest: tokens of the longest example.
  ///   - lengths: tokens of every example in order, where they are counted.
  ///   - order: the seed of the examples' order, with which the largest part of a step is known.
  ///   - hasReference: there is a frozen copy, against which progress is measured.
  ///   - isScored: the copy scores every example once.
  init(
    training settings: OptimisationSettings, _ configuration: ModelConfiguration,
    adapter: AdapterSettings? = nil, examples all: Int, mean: Double, longest: Double,
    lengths: [Double]? = nil, order: UInt64 = 0, hasReference: Bool = false,
    isScored: Bool = true
  ) {
    let examples = all - HeldOut.count(of: all, share: settings.heldOut)
    let steps = settings.totalSteps(examples: max(1, examples))
    let weights = Double(configuration.parameterCount)
    let trained = Double(steps * min(settings.batch, max(1, examples))) * mean
    let scored = hasReference && isScored ? Double(all) * mean : 0
    let part = (settings.batch + settings.accumulation - 1) / settings.accumulation
    let largest =
      lengths.map {
        settings.largestPart(of: Array($0.prefix(examples)), steps: steps, order: order)
      } ?? Double(part) * min(longest, 2 * mean)
    func peak(_ memory: OptimisationSettings.Memory) -> TrainingMemory {
      TrainingMemory(
        shape: configuration, adapter: adapter, recomputes: memory == .low,
        hasReference: hasReference)
    }
    self.init(
      examples: examples, steps: steps, tokens: trained, parameters: configuration.parameterCount,
      hidden: configuration.hidden,
      // Of frozen weights there is no gradient to compute.
      operations: weights * ((adapter == nil ? 6 : 4) * trained + 2 * scored),
      memory: peak(settings.memory).bytes(ofPart: largest))
    // The largest example of parts of one is no longer than the largest part of several is on average.
    let alone = lengths?.max() ?? min(longest, 2 * mean)
    parts = Parts(
      examples: part, batch: settings.batch, isCounted: lengths != nil,
      normal: settings.memory == .normal ? peak(.normal) : nil, low: peak(.low),
      largest: largest, alone: alone)
  }

  /// Bytes that one token leaves for the backward pass: about ten vectors of the width and three
  /// of the feed-forward layer in every block.
  static func activations(_ c: ModelConfiguration) -> Double {
    4 * Double(c.layers) * Double(10 * c.hidden + 3 * c.feedForward)
  }

  /// Bytes of keys and values that one token keeps while a completion is sampled.
  static func cache(_ c: ModelConfiguration) -> Double {
    4 * Double(2 * c.layers * c.keyValueHeads * c.headSize)
  }

  /// Sampling from a model, `copies` of them in memory.
  ///
  /// - Parameters:
  ///   - passes: how often a token is read: once to sample it, again for every score.
  ///   - together: completions in memory at a time.
  public init(
    sampling c: ModelConfiguration, prompts: Int, each: Int, promptTokens: Double, maxTokens: Int,
    together: Int, passes: Double = 1, copies: Double = 1
  ) {
    let written = Double(prompts * each * maxTokens)
    let tokens = passes * (written + Double(prompts) * promptTokens)
    let weights = Double(c.parameterCount)
    self.init(
      examples: prompts, tokens: tokens, parameters: c.parameterCount, hidden: c.hidden,
      operations: 2 * weights * tokens,
      memory: 4 * weights * copies
        + StageEstimate.cache(c) * Double(together) * (promptTokens + Double(maxTokens)))
  }
}
