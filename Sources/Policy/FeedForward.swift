import Torch

/// A feed-forward layer of two products.
struct FeedForward {
  var up: Product
  var down: Product
  let activation: Activation

  func packed(_ packing: Packing) throws(TorchError) -> FeedForward {
    FeedForward(
      up: try up.packed(packing), down: try down.packed(packing),
      activation: activation)
  }

  func callAsFunction(_ x: Tensor, _ precision: Precision) throws(TorchError) -> Tensor {
    // The product goes on through this one by itself.
    if activation == .geluTanh { return try down(up(x, precision, gelu: true), precision) }
    return try down(activation(up(x, precision)), precision)
  }
}

/// A feed-forward layer of three products, one of which opens and closes what another lets through.
struct GatedFeedForward {
  private var gate: Product
  private var up: Product
  private var down: Product
  private let activation: Activation

  init(_ weights: Weights, _ name: String, _ activation: Activation) {
    gate = Product(weights, "\(name).gate_proj")
    up = Product(weights, "\(name).up_proj")
    down = Product(weights, "\(name).down_proj")
    self.activation = activation
  }

  func packed(_ packing: Packing) throws(TorchError) -> GatedFeedForward {
    var copy = self
    copy.gate = try gate.packed(packing)
    copy.up = try up.packed(packing)
    copy.down = try down.packed(packing)
    return copy
  }

  func callAsFunction(_ x: Tensor, _ precision: Precision) throws(TorchError) -> Tensor {
    try down(activation(gate(x, precision)) * up(x, precision), precision)
  }
}
