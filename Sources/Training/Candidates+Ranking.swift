import Torch

extension Candidates {
  /// Which candidate's reward is above which other's, `[prompt, candidate, other]`, boolean.
  func beats() throws(TorchError) -> Tensor {
    let rewards = try givenRewards()
    let isAbove = try (rewards.unsqueezed(2) - rewards.unsqueezed(1)) .> 0
    return try isAbove.and(valid.unsqueezed(2)).and(valid.unsqueezed(1))
  }

  /// For each candidate log(e^own + Σ e^other over the candidates it is contrasted with), `[prompt,
  /// candidate]`. The own score is always there, so that no sum is empty.
  ///
  /// - Parameters:
  ///   - own: `[prompt, candidate]`.
  ///   - others: `[prompt, candidate, other]`; finite everywhere.
  ///   - contrast: of the same shape, boolean.
  func logSum(
    _ own: Tensor, with others: Tensor, where contrast: Tensor
  ) throws(TorchError) -> Tensor {
    let open = try others.filled(where: contrast.not(), with: -.infinity)
    return try Tensor.concatenate([own.unsqueezed(2), open], 2).logSumExp(2)
  }

  /// The rewards of each prompt's candidates, read back, for objectives that look at ties.
  func rewardLists() throws(TorchError) -> [[Double]] {
    let (prompts, width) = try policy.sizes("prompt", "candidate")
    let rewards: [Double] = try givenRewards().values()
    let present: [Bool] = try valid.values()
    return (0..<prompts).map { prompt in
      (prompt * width..<(prompt + 1) * width).filter { present[$0] }.map { rewards[$0] }
    }
  }
}
