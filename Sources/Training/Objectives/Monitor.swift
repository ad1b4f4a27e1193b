import Torch

/// A number of every prompt that tells how a training with some objective goes: its mean over the
/// step is recorded beside the loss.
public struct Monitor {
  /// As in the journal: `effective_samples`.
  public let name: String
  /// `[prompt]`, without gradient.
  public let values: Tensor
  /// Which prompts count, boolean; `[prompt]`.
  public let counted: Tensor

  public init(_ name: String, _ values: Tensor, counted: Tensor) {
    self.name = name
    self.values = values
    self.counted = counted
  }

  /// The sum over the prompts that count, and their number.
  func total() throws(TorchError) -> (sum: Double, count: Double) {
    let kept = try values.detached().filled(where: counted.not(), with: 0)
    return (try kept.sum().item(), try counted.converted(to: .float64).sum().item())
  }
}
