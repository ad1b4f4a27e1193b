import Foundation
import Torch

/// A decoder-only transformer: token ids in, hidden states out.
public final class Decoder {
  public let file: ConfigurationFile
  /// What a checkpoint stores the weights as: what they came in, or float32.
  public var stored: StoredTypes
  public let weights: Weights
  public let device: Device
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
    precision: Precision, on device: Device
  ) throws(TorchError) {
    self.file = file
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
  func packed(rows: Int) throws(TorchError) -> Decoder {
    var packed: [any DecoderBlock] = []
    for block in blocks { packed.append(try block.packed(rows: rows, precision)) }
    return Decoder(
      self, blocks: packed, packedHead: try head.packed(rows: rows, precision: precision))
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
  /// output head.
  public func copied(
    labels: Int? = nil, pooling: ModelConfiguration.Pooling = .last,
    headFrom generator: Generator? = nil
  ) throws -> Decoder {
    var configuration = configuration
    if let labels {
      configuration.labels = labels
      configuration.pooling = pooling
      configuration.endsTexts = false
    }
    return try copied(as: configuration, headFrom: generator)
  }

  /// An independent model of another shape with all weights that both have; what this one lacks is
  /// started by the generator.
  func copied(
    as configuration: ModelConfiguration, headFrom generator: Generator?
  ) throws -> Decoder {
    var file = file
    file.configuration = configuration
    var pairs: [(name: String, tensor: Tensor)] = []
    for row in file.configuration.family.parameters(of: file.configuration) {
      if let tensor = weights.tensor(row.name) {
        pairs.append((row.name, try tensor.detached().copied()))
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
      file, Weights(pairs), storedAs: stored, precision: precision, on: device)
  }

  /// Records operations on what is trained, or stops doing so.
  public func requireGradients(_ on: Bool = true) throws(TorchError) {
    for tensor in trainable.tensors { try tensor.requireGradient(on) }
  }

  // MARK: Running

  /// Hidden states after the last norm, `[row, hidden]`.
  public func hidden(_ layout: Layout) throws(TorchError) -> Tensor {
    let configuration = configuration
    return try run(ids: layout.ids, positions: layout.positions) {
      (layer: Int, all: Tensor) throws(TorchError) in
      try layout.attend(all, configuration, layer: layer)
    }
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
    var turn: (cosine: Tensor, sine: Tensor)?
    if let rotary {
      turn = (try rotary.cosine.select(0, positions), try rotary.sine.select(0, positions))
    }
    let rotated = configuration.heads + configuration.keyValueHeads
    let unturned = configuration.unturnedLayers
    for (layer, block) in blocks.enumerated() {
      var all = try block.project(x, precision)
      if let turn, !unturned.contains(layer) {
        all = try all.rotated(turn.cosine, turn.sine, heads: rotated)
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
