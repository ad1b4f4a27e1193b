import Torch

/// Tensors in an order, each with its name.
public struct NamedTensors {
  public let names: [String]
  public let tensors: [Tensor]

  init(_ pairs: [(name: String, tensor: Tensor)]) {
    names = pairs.map(\.name)
    tensors = pairs.map(\.tensor)
  }

  /// Bytes that they take in memory.
  public var bytes: Int { tensors.reduce(0) { $0 + $1.count * $1.type.size } }
}
