import Policy

/// What a training has in memory at its peak, in bytes, from shapes alone; numbers are float32.
///
/// Memory that was given back stays with the process, and little of it is there in pieces as large as the
/// next ones: so what is there one after the other counts as if it were there at once, gradients and what
/// waits for them above all.
struct TrainingMemory: Equatable, Sendable {
  /// Logits of so many rows are there at a time, in so many copies.
  private static let logitRows = 256.0
  private static let logitCopies = 3.0

  let shape: ModelConfiguration
  let adapter: AdapterSettings?
  /// Only the inputs of layers wait for the backward pass.
  let recomputes: Bool
  /// A frozen model is there beside the trained one.
  let hasReference: Bool

  /// - Parameter tokens: of the largest part of a step.
  func bytes(ofPart tokens: Double) -> Double { held + ofHead + ofToken * tokens }

  /// Numbers that are trained.
  private var moving: Double {
    adapter.map { Double($0.count(in: shape)) } ?? Double(shape.parameterCount)
  }

  /// Weights, gradients, two moments, and a reference, which under an adapter is the frozen weights, and
  /// a copy of the adapter's where that is gone on with.
  var held: Double {
    let weights = Double(shape.parameterCount)
    let own = adapter == nil ? 3 * moving : 4 * moving
    let reference = hasReference ? adapter == nil ? weights : moving : 0
    return 4 * (weights + own + reference)
  }

  /// What a part of a step adds, whatever its length: logits, and the gradient of an output head.
  var ofHead: Double {
    guard shape.labels == nil else { return 0 }
    let vocab = Double(shape.vocab)
    let gradient = adapter == nil ? vocab * Double(shape.hidden) : 0
    return 4 * (Self.logitRows * Self.logitCopies * vocab + gradient)
  }

  /// What one token of a part leaves for the backward pass.
  var ofToken: Double {
    let layers = Double(shape.layers)
    guard recomputes else { return 4 * (layers * inLayer + Double(4 * shape.hidden)) }
    return 4 * (layers * Double(shape.hidden) + 2 * inLayer)
  }

  /// Numbers that a layer keeps of a token: what norms and products have read, queries, keys and values
  /// as attention has padded and repeated them, and what lies between the products behind it.
  private var inLayer: Double {
    let (hidden, wide) = (Double(shape.hidden), Double(shape.feedForward))
    let queries = Double(shape.heads * shape.headSize)
    let keys = Double(shape.keyValueHeads * shape.headSize)
    let repeated = shape.heads == shape.keyValueHeads ? 0 : 2 * queries
    let behind = (shape.isGated ? 4.0 : 2.0) * wide
    return 4 * hidden + queries + Self.padding * (2 * queries + 2 * keys + repeated) + behind
  }

  /// How much longer rows become by padding, and by repeating a prompt's keys for its completions.
  private static let padding = 1.5
}
