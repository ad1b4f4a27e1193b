import Torch

/// Named parameters in the order of the family's table.
public struct Weights {
  public let names: [String]
  public let tensors: [Tensor]
  /// What a training moves: all of it, or what an adapter has of its own.
  public let trainable: NamedTensors
  /// By the product that they add to.
  let adapters: [String: Adapter]
  private let byName: [String: Tensor]

  init(_ pairs: [(name: String, tensor: Tensor)]) {
    trainable = NamedTensors(pairs)
    names = trainable.names
    tensors = trainable.tensors
    adapters = [:]
    byName = Dictionary(pairs.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
  }

  /// Weights under an adapter: `frozen` ones, which stay as they are and may be shared, and what is
  /// trained.
  ///
  /// - Parameters:
  ///   - rows: all tensors of the family.
  ///   - adapters: in the order of their products.
  ///   - whole: in the place of frozen ones of the same name, or beside them.
  init(
    _ frozen: Weights, rows: [ParameterTable.Row], adapters: [Adapter],
    whole: [(name: String, tensor: Tensor)]
  ) {
    let own = Dictionary(whole.map { ($0.name, $0.tensor) }, uniquingKeysWith: { $1 })
    let pairs = rows.compactMap { row in
      (own[row.name] ?? frozen.tensor(row.name)).map { (name: row.name, tensor: $0) }
    }
    let all = NamedTensors(pairs)
    names = all.names
    tensors = all.tensors
    byName = Dictionary(pairs.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
    self.adapters = Dictionary(
      adapters.map { ($0.module, $0) }, uniquingKeysWith: { first, _ in first })
    trainable = NamedTensors(
      adapters.flatMap {
        [
          (name: $0.module + StoredAdapter.downSuffix, tensor: $0.down),
          (name: $0.module + StoredAdapter.upSuffix, tensor: $0.up),
        ]
      } + whole)
  }

  /// A name of the family's own table; anything else is a mistake in this module.
  subscript(name: String) -> Tensor {
    guard let tensor = byName[name] else {
      preconditionFailure("the family has no tensor \(name)")
    }
    return tensor
  }

  /// nil where the family has no such tensor.
  func tensor(_ name: String) -> Tensor? { byName[name] }

  /// New weights.
  static func started(
    _ configuration: ModelConfiguration, with generator: Generator, type: ElementType,
    on device: Device
  ) throws(TorchError) -> Weights {
    var pairs: [(name: String, tensor: Tensor)] = []
    for row in configuration.family.parameters(of: configuration) {
      pairs.append(
        (row.name, try start(row, configuration, generator, type).moved(to: device)))
    }
    return Weights(pairs)
  }

  /// One new weight.
  static func start(
    _ row: ParameterTable.Row, _ configuration: ModelConfiguration, _ generator: Generator,
    _ type: ElementType
  ) throws(TorchError) -> Tensor {
    let deviation: Double
    switch row.start {
    case .ones: return try Tensor.ones(row.shape, type: type)
    case .zeros: return try Tensor.zeros(row.shape, type: type)
    case .normal: deviation = 0.02
    case .residual: deviation = 0.02 / Double(2 * configuration.layers).squareRoot()
    case .head: deviation = 1 / Double(configuration.hidden + 1).squareRoot()
    }
    return try generator.normal(row.shape, deviation: deviation, type: type)
  }
}
