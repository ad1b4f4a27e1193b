import Foundation
import Torch

/// A decoder-only transformer: token ids in, hidden states out.
public final class Decoder {
  public let file: ConfigurationFile
  public let weights: Weights
  public let device: Device
  /// How matrix products are done; weights stay as they are.
  public var precision: Precision
  private let blocks: [any DecoderBlock]
  private let packedHead: Tensor?
  /// `[position, head size / 2]`.
  private let rotary: (cosine: Tensor, sine: Tensor)?

  public var configuration: ModelConfiguration { file.configuration }
  public var parameters: [Tensor] { weights.tensors }

  init(
    _ file: ConfigurationFile, _ weights: Weights, precision: Precision, on device: Device
  ) throws(TorchError) {
    self.file = file
    self.weights = weights
    self.precision = precision
    self.device = device
    let configuration = file.configuration
    var blocks: [any DecoderBlock] = []
    for layer in 0..<configuration.layers {
      switch configuration.architecture {
      case .gpt2: blocks.append(GPT2Block(weights, layer: layer, configuration))
      case .llama: blocks.append(LlamaBlock(weights, layer: layer, configuration))
      }
    }
    self.blocks = blocks
    packedHead = nil
    rotary =
      try configuration.architecture == .llama
      ? Rotary(configuration).tables(type: weights.tensors[0].type, on: device) : nil
  }

  private init(
    _ model: Decoder, blocks: [any DecoderBlock], packedHead: Tensor
  ) {
    file = model.file
    weights = model.weights
    device = model.device
    precision = model.precision
    rotary = model.rotary
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
    for shape in Architectures.shapes(of: file.configuration) {
      if weights.names.contains(shape.name) {
        pairs.append((shape.name, try weights[shape.name].detached().copied()))
      } else {
        guard let generator else {
          throw PolicyError.input("\(shape.name) is not in this model, and nothing starts it")
        }
        let type = weights.tensors[0].type
        let new = try Weights.start(shape, file.configuration, generator, type)
        pairs.append((shape.name, try new.moved(to: device)))
      }
    }
    return try Decoder(file, Weights(pairs), precision: precision, on: device)
  }

  /// Records operations on the weights, or stops doing so.
  public func requireGradients(_ on: Bool = true) throws(TorchError) {
    for tensor in parameters { try tensor.requireGradient(on) }
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
    var x = try embed(ids, positions)
    var turn: (cosine: Tensor, sine: Tensor)?
    if let rotary {
      turn = (try rotary.cosine.select(0, positions), try rotary.sine.select(0, positions))
    }
    let rotated = configuration.heads + configuration.keyValueHeads
    for (layer, block) in blocks.enumerated() {
      var all = try block.project(x, precision)
      if let turn { all = try all.rotated(turn.cosine, turn.sine, heads: rotated) }
      var attended = try attend(layer, all)
      if let kept, layer == blocks.count - 1 {
        x = try x.select(0, kept)
        attended = try attended.select(0, kept)
      }
      x = try block.combine(x, attended, precision)
      x = try block.feedForward(x, precision)
    }
    if let kept, blocks.isEmpty { x = try x.select(0, kept) }
    return try finalNorm(x)
  }

  private func embed(_ ids: Tensor, _ positions: Tensor) throws(TorchError) -> Tensor {
    switch configuration.architecture {
    case .gpt2:
      return try weights["transformer.wte.weight"].embedding(ids)
        + weights["transformer.wpe.weight"].embedding(positions)
    case .llama:
      return try weights["model.embed_tokens.weight"].embedding(ids)
    }
  }

  private func finalNorm(_ x: Tensor) throws(TorchError) -> Tensor {
    switch configuration.architecture {
    case .llama where configuration.layers == 0: return x
    case .gpt2:
      return try x.layerNorm(
        weights["transformer.ln_f.weight"], weights["transformer.ln_f.bias"],
        epsilon: configuration.epsilon)
    case .llama:
      return try x.rmsNorm(weights["model.norm.weight"], epsilon: configuration.epsilon)
    }
  }

  /// The output head, `[vocab, hidden]`, or the reward head, `[label, hidden]`.
  public var head: Tensor {
    if let packedHead { return packedHead }
    if configuration.labels != nil { return weights["score.weight"] }
    if !configuration.isTied { return weights["lm_head.weight"] }
    switch configuration.architecture {
    case .gpt2: return weights["transformer.wte.weight"]
    case .llama: return weights["model.embed_tokens.weight"]
    }
  }
}
