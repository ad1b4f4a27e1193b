import Torch

/// A matrix product of a layer: weight and bias, as the checkpoint stores them.
struct Product {
  private let weight: Tensor
  private let bias: Tensor?
  /// Whether the weight is stored `[in, out]`.
  private let isTransposed: Bool

  init(_ weight: Tensor, bias: Tensor?, isTransposed: Bool = false) {
    self.weight = weight
    self.bias = bias
    self.isTransposed = isTransposed
  }

  /// The weight of that name, and its bias where there is one.
  init(_ weights: Weights, _ name: String, isTransposed: Bool = false) {
    self.init(
      weights[name + ".weight"], bias: weights.tensor(name + ".bias"), isTransposed: isTransposed)
  }

  /// `[row, in]` to `[row, out]`, through GELU if asked.
  func callAsFunction(
    _ x: Tensor, _ precision: Precision, gelu: Bool = false
  ) throws(TorchError) -> Tensor {
    try x.linear(
      isTransposed ? weight.transposed(0, 1) : weight, bias: bias, precision: precision,
      gelu: gelu)
  }

  /// The same product laid out for about `rows` rows, without gradient.
  func packed(rows: Int, _ precision: Precision) throws(TorchError) -> Product {
    let standing = try isTransposed ? weight.transposed(0, 1) : weight
    return Product(try standing.packed(rows: rows, precision: precision), bias: bias)
  }
}
