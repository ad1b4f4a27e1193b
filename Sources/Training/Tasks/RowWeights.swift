import Torch

/// Losses of examples that count differently.
///
/// A step's loss is Σ w ℓ / Σ w over its examples: an example of weight 2 counts as if it stood there
/// twice, and a common factor of all weights changes nothing.
enum RowWeights {
  /// The losses, `[example]`, each times its weight, added up; a scalar.
  static func sum(_ losses: Tensor, _ weights: [Double]) throws(TorchError) -> Tensor {
    guard weights.contains(where: { $0 != 1 }) else { return try losses.sum() }
    let factors = try Tensor.of(weights.map { Float($0) }, on: losses.device)
    return try (losses * factors.converted(to: losses.type)).sum()
  }

  /// What the sum is divided by; 1 where every weight is 0, so that such a step teaches nothing.
  static func divisor(_ weights: [Double]) -> Double {
    let sum = weights.reduce(0, +)
    return sum > 0 ? sum : 1
  }
}
