import Torch

/// What a pass of a model has in memory beside weights and gradients, in bytes, from sizes alone.
///
/// It counts what ``Decoder/hidden(_:)``, ``Layout/attend(_:_:layer:)`` and the layers under them leave for
/// the backward pass, tensor by tensor.
public struct PassMemory: Equatable, Sendable {
  private let shape: ModelConfiguration
  private let adapter: AdapterSettings?
  private let precision: Precision
  /// Only the inputs of layers wait for the backward pass.
  private let recomputes: Bool
  /// Bytes of a row in one layer, beside attention.
  private let ofRow: Double
  private let hasNativeBFloat16: Bool

  /// Rows of logits that are there at a time.
  private static let chunk = 256

  /// - Parameters:
  ///   - adapter: what moves in the place of the weights.
  ///   - recomputes: as ``Decoder/recomputesBlocks``.
  public init(
    _ shape: ModelConfiguration, adapter: AdapterSettings?, precision: Precision = .full,
    recomputes: Bool, hasNativeBFloat16: Bool = Libtorch.hasNativeBFloat16
  ) {
    self.shape = shape
    self.adapter = adapter
    self.precision = precision
    self.recomputes = recomputes
    self.hasNativeBFloat16 = hasNativeBFloat16
    let numbers = shape.family.kept(by: shape)
    let moving =
      adapter.map { $0.products(of: shape) }
      ?? shape.family.parameters(of: shape).filter { $0.product != nil }
    let layers = Double(max(1, shape.layers))
    let width = precision == .full || !hasNativeBFloat16 ? 4.0 : 2.0
    let dropsInputs = (adapter?.dropout ?? 0) > 0
    var bytes = 4 * Double(numbers.norms + numbers.between)
    for input in numbers.inputs {
      // The share of layers in which each moves.
      let shares = input.products.map { name in
        Double(moving.count { AdapterSettings.names(name, $0.module) }) / layers
      }
      // Rounded, or with parts left out, every product has its own, and what says which parts they are.
      let isShared = precision == .full && !dropsInputs
      let copies = isShared ? shares.max() ?? 0 : shares.reduce(0, +)
      bytes += (width + (dropsInputs ? 4 : 0)) * copies * Double(input.width)
    }
    if let adapter { bytes += width * Double(adapter.rank * moving.count) / layers }
    ofRow = bytes
  }

  // MARK: The parts

  private var queries: Double { Double(shape.heads * shape.headSize) }
  private var keys: Double { Double(shape.keyValueHeads * shape.headSize) }
  private var isGrouped: Bool { shape.heads != shape.keyValueHeads }

  /// Queries, keys and values of attention, padded and repeated, and what it has found.
  private func attention(_ sizes: PassSizes) -> Double {
    let (prompts, own) = (sizes.prompts, sizes.continuations)
    // Scores that are bent have a tensor of their own, twice, and factors that lie one after the other.
    if shape.attentionCap != nil {
      let scores = scores(sizes)
      let factors = prompts.places + own.places + 2 * (prompts.places + seen(sizes))
      return 4 * (2 * (scores.prompts + scores.own) + factors * queries)
    }
    let rows = Double(sizes.rows)
    let all = queries + 2 * keys
    // What is not padded is looked at where the projections are.
    var numbers = prompts.isDense || (own.count > 0 && own.isDense) ? rows * all : 0
    if !prompts.isDense { numbers += prompts.places * all }
    if isGrouped { numbers += 2 * prompts.places * queries }
    numbers += found(prompts)
    if own.count > 0 {
      if !own.isDense { numbers += own.places * all }
      numbers += 2 * seen(sizes) * (isGrouped ? queries : keys)
      numbers += found(own)
    } else if prompts.isDense, precision == .full {
      // The product behind it reads what attention has kept.
      numbers -= rows * queries
    }
    return 4 * numbers
  }

  /// Scores of prompts and of continuations: one for each query, key and head.
  private func scores(_ sizes: PassSizes) -> (prompts: Double, own: Double) {
    let (prompts, own) = (sizes.prompts, sizes.continuations)
    let heads = Double(shape.heads)
    return (
      heads * prompts.places * Double(prompts.longest),
      heads * own.places * Double(prompts.longest + own.longest)
    )
  }

  /// Keys that continuations look at: those of their prompts, and their own.
  private func seen(_ sizes: PassSizes) -> Double {
    Double(sizes.continuations.count)
      * Double(sizes.prompts.longest + sizes.continuations.longest)
  }

  /// What attention gives, and the logarithms of its sums.
  private func found(_ part: PassSizes.Part) -> Double {
    part.places * (queries + Double(shape.heads))
  }

  /// What every layer looks at: masks, and the turns of rows.
  private func shared(_ sizes: PassSizes) -> Double {
    let (prompts, own) = (sizes.prompts, sizes.continuations)
    let width = Double(prompts.longest + own.longest)
    var numbers = own.places * width * Double(own.count > 0 ? windows(beyond: width).count : 0)
    // Those of prompts are made for each layer, and bent scores need them no more once they are added.
    let longest = Double(prompts.longest)
    let masked = (0..<shape.layers).count { layer in
      shape.window(layer: layer).map { Double($0) < longest } ?? false
    }
    if shape.attentionCap == nil { numbers += Double(masked) * longest * longest }
    if shape.family.isRotary {
      numbers += Double(sizes.rows) * Double(shape.headSize) * shape.rotaryShare
    }
    return 4 * numbers
  }

  /// The different windows of layers.
  private func windows(beyond width: Double) -> Set<Double> {
    Set((0..<shape.layers).map { min(shape.window(layer: $0).map(Double.init) ?? width, width) })
  }

  /// The states that a head reads.
  private func states(_ sizes: PassSizes) -> Double {
    let (rows, targets) = (Double(sizes.rows), Double(sizes.targets))
    let hidden = Double(shape.hidden)
    guard shape.labels == nil else { return 4 * hidden * (rows + targets) }
    if precision == .full { return 4 * hidden * (rows + targets) }
    let width = hasNativeBFloat16 ? 2.0 : 4
    return 4 * hidden * rows + width * (hidden * targets + Double(shape.vocab) * hidden)
  }

  // MARK: A pass

  /// What waits for the backward pass.
  public func kept(_ sizes: PassSizes) -> Double {
    let layer = Double(sizes.rows) * ofRow + attention(sizes)
    let layers = Double(shape.layers)
    let waiting =
      recomputes
      ? layers * Double(sizes.rows * shape.hidden) * 4 + layer : layers * layer
    return waiting + shared(sizes) + states(sizes)
  }

  /// The most that is there while a gradient is computed.
  public func peak(_ sizes: PassSizes) -> Double {
    // Bent scores are there once more before their exponentials are.
    let scores = scores(sizes)
    let bent = shape.attentionCap == nil ? 0 : 4 * max(scores.prompts, scores.own)
    return kept(sizes) + max(logits(sizes), head + behind(sizes), bent)
  }

  /// A chunk of logits, twice: for the sum of their exponentials.
  private func logits(_ sizes: PassSizes) -> Double {
    guard shape.labels == nil else { return 0 }
    return 4 * 2 * Double(min(Self.chunk, sizes.targets)) * Double(shape.vocab)
  }

  /// The gradient of the output head.
  private var head: Double {
    guard shape.labels == nil, adapter == nil else { return 0 }
    return 4 * Double(shape.vocab * shape.hidden)
  }

  /// What passes through a layer backwards: gradients of the residual stream, and of two of a gate's
  /// factors, or of attention's once feed-forward is done.
  private func behind(_ sizes: PassSizes) -> Double {
    let rows = Double(sizes.rows)
    let (hidden, wide) = (Double(shape.hidden), Double(shape.feedForward))
    let through = 2 * rows * hidden + 2 * rows * wide
    let own = sizes.continuations
    let looking =
      2 * rows * hidden + (sizes.prompts.places + own.places) * queries
      + 2 * (sizes.prompts.places + seen(sizes)) * (isGrouped ? queries + keys : keys)
    return 4 * max(through, looking - rows * (4 * wide))
  }

  /// The most that is there while nothing is learnt.
  public func scoring(_ sizes: PassSizes) -> Double {
    let rows = Double(sizes.rows)
    let between = rows * Double(2 * shape.hidden + (shape.isGated ? 3 : 2) * shape.feedForward)
    let states = 4 * rows * Double(2 * shape.hidden)
    var looking = states + attention(sizes)
    if shape.attentionCap != nil {
      // One part after the other.
      let scores = scores(sizes)
      let (more, less) = (max(scores.prompts, scores.own), min(scores.prompts, scores.own))
      looking += 4 * (more - 2 * less)
    }
    return max(4 * between, looking)
      + shared(sizes) + logits(sizes)
  }
}
