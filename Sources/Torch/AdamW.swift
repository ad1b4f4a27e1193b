import CTorch

/// AdamW: Adam with decoupled weight decay. Master weights are float32, and so are moments unless they are
/// asked for in bfloat16: then they take half the memory and are rounded up or down by chance.
///
/// Over several ranks each moves its share of the parameters and keeps the moments of that share alone; the
/// others' gradients are added up before, and what was moved is exchanged after. Of the same ranks all have
/// the same bits.
///
/// Source: Loshchilov and Hutter 2019, "Decoupled weight decay regularization", algorithm 2; the shares:
/// Rajbhandari et al. 2020, "ZeRO", stage 1.
public struct AdamW {
  public struct Settings: Equatable, Sendable {
    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double
    public var decay: Double
    /// What moments are kept as; nil for as the parameters are.
    public var moments: ElementType?

    public init(
      beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, decay: Double = 0,
      moments: ElementType? = nil
    ) {
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.decay = decay
      self.moments = moments
    }
  }

  public let settings: Settings
  public let parameters: [Tensor]
  public let ranks: Ranks
  /// What this rank moves of them: lists of numbers that share their memory, or the parameters themselves
  /// where it is alone.
  private let parts: [Ranks.Part]
  /// First and second moments, one per part, of its shape.
  private let first: [Tensor]
  private let second: [Tensor]
  /// Steps taken.
  public private(set) var step: Int

  public init(
    _ parameters: [Tensor], _ settings: Settings, over ranks: Ranks = .alone
  ) throws(TorchError) {
    self.parameters = parameters
    self.settings = settings
    self.ranks = ranks
    if ranks.isAlone {
      parts = parameters.enumerated().map { Ranks.Part(parameter: $0, first: 0, values: $1) }
    } else {
      parts = try ranks.own(parameters)
    }
    let values = parts.map(\.values)
    first = try AdamW.zeros(like: values, as: settings.moments)
    second = try AdamW.zeros(like: values, as: settings.moments)
    step = 0
  }

  private static func zeros(
    like parameters: [Tensor], as type: ElementType?
  ) throws(TorchError) -> [Tensor] {
    var zeros: [Tensor] = []
    for parameter in parameters {
      zeros.append(
        try Tensor.zeros(parameter.sizes, type: type ?? parameter.type, on: parameter.device))
    }
    return zeros
  }

  /// Bytes of the moments that this rank keeps.
  public var momentBytes: Int {
    (first + second).reduce(0) { $0 + $1.count * $1.type.size }
  }

  /// Adds up the ranks' gradients, of which this one keeps those of its share. Nothing for a rank alone.
  public func reduceGradients() throws(TorchError) {
    guard !ranks.isAlone else { return }
    try ranks.reduceGradients(of: parameters, to: parts.map(\.values))
  }

  /// The norm over all gradients, in front of clipping. Gradients are scaled down to `limit` where
  /// the norm is above it; a `limit` of 0 only measures.
  public func clipGradients(to limit: Double) throws(TorchError) -> Double {
    let own = try clip(to: ranks.isAlone ? limit : 0)
    guard !ranks.isAlone else { return own }
    let squares = try Tensor.of([own * own])
    try ranks.add(squares)
    let norm = try squares.item().squareRoot()
    if limit > 0, norm.isFinite, norm > limit {
      _ = try clip(to: own * limit / norm)
    }
    return norm
  }

  private func clip(to limit: Double) throws(TorchError) -> Double {
    var norm = 0.0
    let status = Tensor.with(parts.map(\.values)) { ctorch_clip_gradients($0, $1, limit, &norm) }
    guard status == 0 else { throw .last("clip gradients") }
    return norm
  }

  /// Moves the parameters along their gradients at the given learning rate, then forgets the
  /// gradients. Over several ranks these are what ``reduceGradients()`` has left.
  public mutating func update(rate: Double) throws(TorchError) {
    step += 1
    let status = Tensor.with(parts.map(\.values)) { values, count in
      Tensor.with(first) { means, _ in
        Tensor.with(second) { squares, _ in
          ctorch_adamw(
            values, means, squares, count, Int64(step), rate, settings.beta1, settings.beta2,
            settings.epsilon, settings.decay)
        }
      }
    }
    guard status == 0 else { throw .last("AdamW") }
    for part in parts { try part.values.clearGradient() }
    if !ranks.isAlone { try ranks.gatherParameters(parameters) }
  }

  // MARK: Moments

  public enum Moment: String, CaseIterable, Sendable {
    case first, second
  }

  /// A moment of a whole parameter, of its shape, put together from all ranks'.
  public func moment(_ moment: Moment, of parameter: Int) throws(TorchError) -> Tensor {
    let own = moment == .first ? first : second
    guard !ranks.isAlone else { return own[parameter] }
    let like = parameters[parameter]
    let whole = try Tensor.zeros([like.count], type: like.type, on: like.device)
    for (part, values) in zip(parts, own) where part.parameter == parameter {
      try whole.slice(0, part.range).assign(values)
    }
    try ranks.add(whole)
    return try whole.reshaped(like.sizes).converted(to: settings.moments ?? like.type)
  }

  /// Goes on after `step` steps with moments of whole parameters, read from a checkpoint.
  ///
  /// - Throws: ``TorchError`` when there is not one first and one second moment of its parameter's
  ///   shape for every parameter.
  public mutating func restore(
    step: Int, first: [Tensor], second: [Tensor]
  ) throws(TorchError) {
    let sizes = parameters.map(\.sizes)
    guard first.map(\.sizes) == sizes, second.map(\.sizes) == sizes else {
      throw .failed(
        operation: "restore AdamW", reason: "the moments are not those of these parameters")
    }
    for (mine, saved) in [(self.first, first), (self.second, second)] {
      for (part, values) in zip(parts, mine) {
        let whole = saved[part.parameter]
        try values.assign(
          ranks.isAlone ? whole : whole.contiguous().reshaped(-1).slice(0, part.range))
      }
    }
    self.step = step
  }
}
