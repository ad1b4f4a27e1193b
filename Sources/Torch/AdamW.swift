import CTorch

/// AdamW: Adam with decoupled weight decay. Master weights and moments are float32.
///
/// Source: Loshchilov and Hutter 2019, "Decoupled weight decay regularization", algorithm 2.
public struct AdamW {
  public struct Settings: Equatable, Sendable {
    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double
    public var decay: Double

    public init(
      beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, decay: Double = 0
    ) {
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.decay = decay
    }
  }

  public let settings: Settings
  public let parameters: [Tensor]
  /// First and second moments, one per parameter, of its shape.
  public let first: [Tensor]
  public let second: [Tensor]
  /// Steps taken.
  public private(set) var step: Int

  public init(_ parameters: [Tensor], _ settings: Settings) throws(TorchError) {
    self.parameters = parameters
    self.settings = settings
    first = try AdamW.zeros(like: parameters)
    second = try AdamW.zeros(like: parameters)
    step = 0
  }

  private static func zeros(like parameters: [Tensor]) throws(TorchError) -> [Tensor] {
    var zeros: [Tensor] = []
    for parameter in parameters {
      zeros.append(
        try Tensor.zeros(parameter.sizes, type: parameter.type, on: parameter.device))
    }
    return zeros
  }

  /// The norm over all gradients, in front of clipping. Gradients are scaled down to `limit` where
  /// the norm is above it; a `limit` of 0 only measures.
  public func clipGradients(to limit: Double) throws(TorchError) -> Double {
    var norm = 0.0
    let status = Tensor.with(parameters) { ctorch_clip_gradients($0, $1, limit, &norm) }
    guard status == 0 else { throw .last("clip gradients") }
    return norm
  }

  /// Moves the parameters along their gradients at the given learning rate, then forgets the
  /// gradients.
  public mutating func update(rate: Double) throws(TorchError) {
    step += 1
    let status = Tensor.with(parameters) { values, count in
      Tensor.with(first) { means, _ in
        Tensor.with(second) { squares, _ in
          ctorch_adamw(
            values, means, squares, count, Int64(step), rate, settings.beta1, settings.beta2,
            settings.epsilon, settings.decay)
        }
      }
    }
    guard status == 0 else { throw .last("AdamW") }
    for parameter in parameters { try parameter.clearGradient() }
  }

  /// Goes on after `step` steps with moments read from a checkpoint.
  ///
  /// - Throws: ``TorchError`` when there is not one first and one second moment of its parameter's
  ///   shape for every parameter.
  public mutating func restore(
    step: Int, first: [Tensor], second: [Tensor]
  ) throws(TorchError) {
    let (mine, saved) = (self.first + self.second, first + second)
    guard first.count == parameters.count, mine.map(\.sizes) == saved.map(\.sizes) else {
      throw .failed(
        operation: "restore AdamW", reason: "the moments are not those of these parameters")
    }
    for (mine, saved) in zip(mine, saved) { try mine.assign(saved) }
    self.step = step
  }
}
