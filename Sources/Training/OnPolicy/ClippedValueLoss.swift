import Torch

/// The loss of a critic that should not move far from the values it gave before.
public enum ClippedValueLoss {
  /// ½ max((V − G)², (V_clip − G)²) with V_clip = V_old + clip(V − V_old, −ε, ε), of the shape of the
  /// arguments; without the clipped side when `clip` is nil.
  ///
  /// - Parameters:
  ///   - values: V, with gradient.
  ///   - old: V_old, constant.
  ///   - returns: G, constant.
  ///
  /// Source: the value loss of Schulman et al.'s `baselines`, ppo2; Huang et al. 2024, "The N+
  /// implementation details of RLHF with PPO".
  public static func losses(
    _ values: Tensor, old: Tensor, returns: Tensor, clip: Double?
  ) throws(TorchError) -> Tensor {
    for part in [old, returns] where part.sizes != values.sizes {
      throw .shape(
        operation: "value loss", expected: "numbers of \(values.sizes)", found: part.sizes)
    }
    let (old, returns) = (
      try old.detached().converted(to: values.type),
      try returns.detached().converted(to: values.type)
    )
    let plain = try (values - returns).squared()
    guard let clip else { return try plain * 0.5 }
    let near = try old + (values - old).clamped(-clip, clip)
    return try Tensor.maximum(plain, (near - returns).squared()) * 0.5
  }
}
