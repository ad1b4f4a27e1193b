import Torch

/// Queries, keys and values as products of their own.
struct Projections {
  /// What queries and keys are normalised over before they are turned.
  enum Normalised {
    case no
    case eachHead
    case allHeads
  }

  private var queries: Product
  private var keys: Product
  private var values: Product
  private let queryNorm: Norm
  private let keyNorm: Norm
  private let normalised: Normalised
  private let headSize: Int

  /// Biases are there where the weights have them.
  init(
    _ weights: Weights, _ name: String, _ c: ModelConfiguration, normalised: Normalised = .no
  ) {
    queries = Product(weights, "\(name).q_proj")
    keys = Product(weights, "\(name).k_proj")
    values = Product(weights, "\(name).v_proj")
    headSize = c.headSize
    self.normalised = normalised
    func norm(_ part: String) -> Norm {
      guard normalised != .no else { return .none }
      return .rootMeanSquare(weights, "\(name).\(part)", epsilon: c.epsilon)
    }
    queryNorm = norm("q_norm")
    keyNorm = norm("k_norm")
  }

  func packed(_ packing: Packing) throws(TorchError) -> Projections {
    var copy = self
    copy.queries = try queries.packed(packing)
    copy.keys = try keys.packed(packing)
    copy.values = try values.packed(packing)
    return copy
  }

  /// `[row, hidden]` to `[row, head, size]`: queries, then keys, then values.
  func callAsFunction(_ x: Tensor, _ precision: Precision) throws(TorchError) -> Tensor {
    var parts = [try queries(x, precision), try keys(x, precision), try values(x, precision)]
    let rows = x.sizes[0]
    if normalised == .eachHead {
      for index in parts.indices { parts[index] = try parts[index].reshaped(rows, -1, headSize) }
    }
    if normalised != .no {
      parts[0] = try queryNorm(parts[0])
      parts[1] = try keyNorm(parts[1])
    }
    return try Tensor.concatenate(parts, 1).reshaped(rows, -1, headSize)
  }
}
