import Torch

/// The loss of a classifier with two classes.
public enum BinaryClassification {
  /// −y log σ(z) − (1 − y) log σ(−z) for each example, in nats; `[example]`.
  ///
  /// - Parameters:
  ///   - logits: z, `[example]`, with gradient σ(z) − y.
  ///   - labels: y in [0, 1], `[example]`; anything between 0 and 1 is a soft label.
  /// - Throws: ``TorchError/shape(operation:expected:found:)`` when the shapes differ.
  public static func loss(_ logits: Tensor, labels: Tensor) throws(TorchError) -> Tensor {
    guard logits.rank == 1, labels.sizes == logits.sizes else {
      throw .shape(
        operation: "binary classification loss", expected: "labels of \(logits.sizes)",
        found: labels.sizes)
    }
    let target = try labels.detached().converted(to: logits.type)
    return try -(target * logits.logSigmoid() + (1 - target) * (-logits).logSigmoid())
  }
}
