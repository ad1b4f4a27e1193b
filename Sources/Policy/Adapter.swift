import Torch

/// What is added to a product beside its weight: scale · B · A, of low rank.
///
/// Source: Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models", section 4.1.
struct Adapter {
  /// A, `[rank, in]`.
  let down: Tensor
  /// B, `[out, rank]`.
  let up: Tensor
  let scale: Double

  /// `[row, in]` to what is added to the product, `[row, out]`.
  func callAsFunction(_ x: Tensor, _ precision: Precision) throws(TorchError) -> Tensor {
    try x.linear(down, precision: precision).linear(up, precision: precision) * scale
  }

  /// What is added to a weight that stands `[out, in]`.
  func difference() throws(TorchError) -> Tensor { try up.matmul(down) * scale }
}
