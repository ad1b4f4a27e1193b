import Torch

/// What is added to a product beside its weight: scale · B · A, of low rank.
///
/// Source: Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models", section 4.1.
struct Adapter {
  /// The product's path.
  let module: String
  /// A, `[rank, in]`.
  let down: Tensor
  /// B, `[out, rank]`.
  let up: Tensor
  let scale: Double
  /// Where inputs are left out while it learns.
  let dropout: AdapterDropout?

  /// `[row, in]` to the product with a frozen weight and what is added to it, `[row, out]`.
  func product(
    _ x: Tensor, _ weight: Tensor, bias: Tensor?, _ precision: Precision
  ) throws(TorchError) -> Tensor {
    guard let kept = try dropout?.applied(to: x, of: module) else {
      return try x.linear(
        weight, bias: bias, down: down, up: up, scale: scale, precision: precision)
    }
    return try x.linear(weight, bias: bias, precision: precision)
      + kept.linear(down, precision: precision).linear(up, precision: precision) * scale
  }

  /// What is added to a weight that stands `[out, in]`.
  func difference() throws(TorchError) -> Tensor { try up.matmul(down) * scale }

  /// An adapter of the same values and no others' tensors.
  func copied() throws(TorchError) -> Adapter {
    Adapter(
      module: module, down: try down.detached().copied(), up: try up.detached().copied(),
      scale: scale, dropout: dropout)
  }
}
