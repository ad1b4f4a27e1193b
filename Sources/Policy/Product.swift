import Torch

/// A matrix product of a layer: weight and bias as the checkpoint stores them, and what an adapter
/// adds.
struct Product {
  private let weight: Tensor
  private let bias: Tensor?
  /// Whether the weight is stored `[in, out]`.
  private let isTransposed: Bool
  private let adapter: Adapter?

  init(_ weight: Tensor, bias: Tensor?, isTransposed: Bool = false, adapter: Adapter? = nil) {
    self.weight = weight
    self.bias = bias
    self.isTransposed = isTransposed
    self.adapter = adapter
  }

  /// The weight of that name, and its bias and adapter where there are any.
  init(_ weights: Weights, _ name: String, isTransposed: Bool = false) {
    self.init(
      weights[name + ".weight"], bias: weights.tensor(name + ".bias"), isTransposed: isTransposed,
      adapter: weights.adapters[name])
  }

  /// `[row, in]` to `[row, out]`, through GELU if asked.
  func callAsFunction(
    _ x: Tensor, _ precision: Precision, gelu: Bool = false
  ) throws(TorchError) -> Tensor {
    let standing = try isTransposed ? weight.transposed(0, 1) : weight
    guard let adapter else {
      return try x.linear(standing, bias: bias, precision: precision, gelu: gelu)
    }
    let sum = try adapter.product(x, standing, bias: bias, precision)
    return try gelu ? Activation.geluTanh(sum) : sum
  }

  /// The same product laid out for sampling, without gradient; an adapter becomes part of the weight.
  func packed(_ packing: Packing) throws(TorchError) -> Product {
    var standing = try isTransposed ? weight.transposed(0, 1) : weight
    if let adapter { standing = try standing + adapter.difference() }
    let packed = try standing.packed(rows: packing.rows, precision: packing.precision)
    if packing.takesWeights { try weight.giveUp(beside: packed) }
    return Product(packed, bias: bias)
  }
}

/// How products are laid out for sampling.
struct Packing {
  /// That a product has, about.
  var rows: Int
  var precision: Precision
  /// Each weight is given up once it is laid out: the model that it belongs to is of no use any more.
  var takesWeights = false
}
