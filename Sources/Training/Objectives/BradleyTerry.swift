import Torch

/// The loss of a reward model fitted to labelled pairs.
public enum BradleyTerry {
  /// −log σ(r_chosen − r_rejected − m) + λ (r_chosen + r_rejected)² for each pair; `[pair]`.
  ///
  /// Pairs fix rewards up to a constant of each prompt only; centring holds that constant near 0
  /// without changing the margin's gradient.
  ///
  /// - Parameters:
  ///   - chosen: rewards of the better answers, `[pair]`, with gradient.
  ///   - rejected: rewards of the others, `[pair]`, with gradient.
  ///   - margin: m, by how much the labels say the chosen one is better; `[pair]`, constant.
  ///   - centring: λ ≥ 0; TRL documents 0.01 as a useful value.
  ///   - labelSmoothing: ε, the probability that a label is wrong.
  /// - Throws: ``TorchError/shape(operation:expected:found:)`` when the shapes differ.
  ///
  /// Source: Bradley and Terry 1952; margin: Touvron et al. 2023, "Llama 2", equation 2; centring:
  /// Eisenstein et al. 2023, "Helping or herding?".
  public static func loss(
    chosen: Tensor, rejected: Tensor, margin: Tensor? = nil, centring: Double = 0,
    labelSmoothing: Double = 0
  ) throws(TorchError) -> Tensor {
    for part in [rejected, margin].compactMap({ $0 }) + [chosen] {
      guard chosen.rank == 1, part.sizes == chosen.sizes else {
        throw .shape(
          operation: "Bradley–Terry loss", expected: "[pair] as the chosen rewards \(chosen.sizes)",
          found: part.sizes)
      }
    }
    var delta = try chosen - rejected
    if let margin { delta = try delta - margin.detached().converted(to: chosen.type) }
    var losses = try -delta.logSigmoid()
    if labelSmoothing > 0 {
      losses = try (1 - labelSmoothing) * losses - labelSmoothing * (-delta).logSigmoid()
    }
    if centring > 0 { losses = try losses + centring * (chosen + rejected).squared() }
    return losses
  }
}
