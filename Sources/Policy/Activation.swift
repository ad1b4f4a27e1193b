import Torch

/// What a feed-forward layer does to each number between its products.
public enum Activation: String, CaseIterable, Sendable {
  /// x Φ(x), Φ by a hyperbolic tangent.
  case geluTanh = "gelu_new"
  /// x Φ(x).
  case gelu
  /// x σ(1.702 x).
  case quickGelu = "quick_gelu"
  case silu
  case relu
  case squaredRelu = "relu2"
  case tanh
  case sigmoid

  /// The names that `transformers` has for it; the first is written where a file has none.
  var names: [String] {
    switch self {
    case .geluTanh:
      ["gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_python_tanh", "gelu_accurate"]
    case .gelu: ["gelu", "gelu_python"]
    case .silu: ["silu", "swish"]
    case .quickGelu, .relu, .squaredRelu, .tanh, .sigmoid: [rawValue]
    }
  }

  init?(name: String) {
    guard let match = Activation.allCases.first(where: { $0.names.contains(name) }) else {
      return nil
    }
    self = match
  }

  /// Names the function in a `config.json`, leaving a name that means the same.
  func write(_ key: String, into keys: inout [String: Any]) {
    if let name = keys[key] as? String, Activation(name: name) == self { return }
    keys[key] = names[0]
  }

  /// How many numbers it keeps of one for its backward pass, beside what it gives.
  var kept: Int {
    switch self {
    case .geluTanh, .gelu, .silu, .squaredRelu: 1
    case .quickGelu: 2
    case .relu, .tanh, .sigmoid: 0
    }
  }

  func callAsFunction(_ x: Tensor) throws(TorchError) -> Tensor {
    switch self {
    case .geluTanh: return try x.geluTanh()
    case .gelu: return try x.gelu()
    case .quickGelu: return try x * (1.702 * x).sigmoid()
    case .silu: return try x.silu()
    case .relu: return try x.relu()
    case .squaredRelu: return try x.relu().squared()
    case .tanh: return try x.tanh()
    case .sigmoid: return try x.sigmoid()
    }
  }
}
