import Foundation
import Runs
import Torch

/// A decoder-only transformer: token ids in, hidden states out.
public final class Decoder {
  public let file: ConfigurationFile
  /// What a checkpoint stores the weights as: what they came in, or float32.
  public var stored: StoredTypes
  public let weights: Weights
  public let device: Device
  /// Where the weights were read from; nil for those that were not.
  public var place: ModelPlace?
  /// What changes the weights, and is trained in their place; nil for a whole model.
  let adapter: AppliedAdapter?
  /// Blocks are computed a second time for their gradients, and leave nothing behind for them but their
  /// inputs.
  public var recomputesBlocks = false
  /// How matrix products are done; weights stay as they are.
  public var precision: Precision
  private let family: any ModelFamily
  private let blocks: [any DecoderBlock]
  private let finalNorm: Norm
  private let packedHead: Tensor?
  /// `[position, angle]`.
  private let rotary: (cosine: Tensor, sine: Tensor)?

  public var configuration: ModelConfiguration { file.configuration }
  public var parameters: [Tensor] { weights.tensors }
  /// What a training moves: the optimiser, its moments and checkpoints know of nothing else.
  public var trainable: NamedTensors { weights.trainable }

  init(
    _ file: ConfigurationFile, _ weights: Weights, storedAs stored: StoredTypes? = nil,
    adapter: AppliedAdapter? = nil, precision: Precision, on device: Device
  ) throws(TorchError) {
    self.file = file
    self.adapter = adapter
    self.stored = stored ?? StoredTypes(weights.tensors[0].type)
    self.weights = weights
    self.precision = precision
    self.device = device
    let configuration = file.configuration
    let family = configuration.family
    self.family = family
    finalNorm = family.finalNorm(weights, configuration)
    blocks = (0..<configuration.layers).map {
      family.block(weights, layer: $0, configuration)
    }
    packedHead = nil
    rotary =
      try family.isRotary
      ? Rotary(configuration).tables(type: weights.tensors[0].type, on: device) : nil
  }

  private init(
    _ model: Decoder, blocks: [any DecoderBlock], packedHead: Tensor
  ) {
    file = model.file
    stored = model.stored
    weights = model.weights
    device = model.device
    place = model.place
    adapter = model.adapter
    precision = model.precision
    rotary = model.rotary
    family = model.family
    finalNorm = model.finalNorm
    self.blocks = blocks
    self.packedHead = packedHead
  }

  /// The same model with its products laid out for many steps of about `rows` rows, as sampling
  /// takes them. It holds a second copy of the weights, without gradient, and does not follow when
  /// the weights change.
  ///
  /// - Parameter takingWeights: there is no second copy: matrices are given up one after the other, and this
  ///   model can do nothing any more.
  func packed(rows: Int, takingWeights: Bool = false) throws(TorchError) -> Decoder {
    let packing = Packing(
      rows: rows, precision: precision, takesWeights: takingWeights && device == .cpu)
    var packed: [any DecoderBlock] = []
    for block in blocks { packed.append(try block.packed(packing)) }
    let head = head
    let packedHead = try head.packed(rows: rows, precision: precision)
    // One table may be read at both ends.
    if packing.takesWeights, !configuration.isTied { try head.giveUp(beside: packedHead) }
    return Decoder(self, blocks: packed, packedHead: packedHead)
  }

  /// A new model with random weights.
  public static func start(
    _ configuration: ModelConfiguration, with generator: Generator,
    type: ElementType = .float32, precision: Precision = .full, on device: Device = .cpu
  ) throws -> Decoder {
    if let problem = configuration.problem {
      throw PolicyError.configuration(file: "model", problem: problem)
    }
    let weights = try Weights.started(configuration, with: generator, type: type, on: device)
    return try Decoder(
      ConfigurationFile(configuration), weights, precision: precision, on: device)
  }

  /// An independent model of the same weights; `labels` gives it a new reward head instead of the
  /// output head. Weights that an adapter leaves frozen are shared; a new head makes them its own.
  public func copied(
    labels: Int? = nil, pooling: ModelConfiguration.Pooling = .last,
    headFrom generator: Generator? = nil
  ) throws -> Decoder {
    var configuration = configuration
    guard let labels else {
      return try adapter == nil
        ? copied(as: configuration, headFrom: generator) : copiedUnderAdapter()
    }
    configuration.setHead(labels: labels, pooling: pooling)
    return try copied(as: configuration, headFrom: generator)
  }

  /// An independent model of another shape with all weights that both have; what this one lacks is
  /// started by the generator. Adapters become part of the weights.
  func copied(
    as configuration: ModelConfiguration, headFrom generator: Generator?
  ) throws -> Decoder {
    var file = file
    file.configuration = configuration
    var pairs: [(name: String, tensor: Tensor)] = []
    for row in file.configuration.family.parameters(of: file.configuration) {
      if let tensor = weights.tensor(row.name) {
        pairs.append((row.name, try merged(tensor, row)))
      } else {
        guard let generator else {
          throw PolicyError.input("\(row.name) is not in this model, and nothing starts it")
        }
        let type = weights.tensors[0].type
        let new = try Weights.start(row, file.configuration, generator, type)
        pairs.append((row.name, try new.moved(to: device)))
      }
    }
    return try Decoder(
      file, Weights(pairs), storedAs: adapter?.frozenTypes ?? stored, precision: precision,
      on: device)
  }

  /// Records operations on what is trained, or stops doing so.
  public func requireGradients(_ on: Bool = true) throws(TorchError) {
    for tensor in trainable.tensors { try tensor.requireGradient(on) }
  }

  // MARK: Running

  /// Hidden states after the last norm, `[row, hidden]`.
  public func hidden(_ layout: Layout) throws(TorchError) -> Tensor {
    var x = try family.embed(layout.ids, at: layout.positions, weights, configuration)
    let turn = try turn(at: layout.positions)
    let pass = adapter?.dropout?.begin()
    for layer in blocks.indices {
      // What a block keeps for its second run must not be this model, which may be gone by then.
      let block = Pass(self, layer: layer, layout, turn, dropout: pass)
      x =
        try recomputesBlocks
        ? x.recomputed { (x: Tensor) throws(TorchError) in try block.run(x) } : block.run(x)
    }
    return try finalNorm(x)
  }

  /// A block of a pass over a layout.
  private struct Pass {
    let block: any DecoderBlock
    let layer: Int
    let layout: Layout
    let turn: Turn?
    let configuration: ModelConfiguration
    let precision: Precision
    let dropout: AdapterDropout?
    let seed: UInt64?

    init(_ model: Decoder, layer: Int, _ layout: Layout, _ turn: Turn?, dropout seed: UInt64?) {
      block = model.blocks[layer]
      self.layer = layer
      self.layout = layout
      self.turn = model.configuration.unturnedLayers.contains(layer) ? nil : turn
      configuration = model.configuration
      precision = model.precision
      dropout = model.adapter?.dropout
      self.seed = seed
    }

    func run(_ x: Tensor) throws(TorchError) -> Tensor {
      guard let dropout else { return try computed(x) }
      return try dropout.inside(seed, layer: layer) { () throws(TorchError) in try computed(x) }
    }

    private func computed(_ x: Tensor) throws(TorchError) -> Tensor {
      var all = try block.project(x, precision)
      if let turn { all = try turn.applied(to: all, configuration) }
      return try block.finish(
        x, layout.attend(all, configuration, layer: layer), precision)
    }
  }

  /// Cosines and sines of each row's angles, `[row, angle]`.
  private struct Turn {
    let cosine: Tensor
    let sine: Tensor

    func applied(to all: Tensor, _ c: ModelConfiguration) throws(TorchError) -> Tensor {
      try all.rotated(cosine, sine, heads: c.heads + c.keyValueHeads)
    }
  }

  private func turn(at positions: Tensor) throws(TorchError) -> Turn? {
    guard let rotary else { return nil }
    return Turn(
      cosine: try rotary.cosine.select(0, positions), sine: try rotary.sine.select(0, positions))
  }

  /// Runs rows of tokens through all layers; `attend` gets the layer and the queries, keys and
  /// values of each row.
  ///
  /// - Parameter kept: indices of the rows whose states are asked for. The others are there to be
  ///   looked at: nothing is computed for them after the last attention.
  func run(
    ids: Tensor, positions: Tensor, keeping kept: Tensor? = nil,
    attend: (_ layer: Int, _ all: Tensor) throws(TorchError) -> Tensor
  ) throws(TorchError) -> Tensor {
    var x = try family.embed(ids, at: positions, weights, configuration)
    let turn = try turn(at: positions)
    let unturned = configuration.unturnedLayers
    for (layer, block) in blocks.enumerated() {
      var all = try block.project(x, precision)
      if let turn, !unturned.contains(layer) {
        all = try turn.applied(to: all, configuration)
      }
      var attended = try attend(layer, all)
      if let kept, layer == blocks.count - 1 {
        x = try x.select(0, kept)
        attended = try attended.select(0, kept)
      }
      x = try block.finish(x, attended, precision)
    }
    if let kept, blocks.isEmpty { x = try x.select(0, kept) }
    return try finalNorm(x)
  }

  /// What the output head says of the next token after each state, `[row, vocab]`.
  public func logits(_ states: Tensor) throws(TorchError) -> Tensor {
    let logits = try states.linear(head, precision: precision)
    guard let cap = configuration.logitCap else { return logits }
    return try logits.capped(cap)
  }

  /// The output head, `[vocab, hidden]`, or the reward head, `[label, hidden]`.
  public var head: Tensor {
    if let packedHead { return packedHead }
    if configuration.labels != nil { return weights["score.weight"] }
    return weights[configuration.isTied ? family.embedding : family.head]
  }
}
