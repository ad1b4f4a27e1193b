import Torch

extension Candidates {
  /// log softmax of scores over each prompt's candidates; 0 where there is no candidate, and in
  /// groups of fewer than two. No element is ever infinite on the way, so gradients stay numbers.
  public func logShares(_ scores: Tensor) throws(TorchError) -> Tensor {
    let lone = try counted().not().unsqueezed(1)
    let open = try scores.filled(where: valid.not(), with: -Double.infinity)
    return try open.filled(where: lone, with: 0).logSoftmax(1)
      .filled(where: valid.not(), with: 0).filled(where: lone, with: 0)
  }

  /// The mean of one number per candidate over the candidates of each prompt, `[prompt]`; 0 where
  /// there are none.
  func mean(overCandidates values: Tensor) throws(TorchError) -> Tensor {
    let count = try valid.converted(to: policy.type).sum(1).clamped(1, .infinity)
    return try values.filled(where: valid.not(), with: 0).sum(1) / count
  }

  /// The mean of one number per candidate over the candidates of the highest reward, `[prompt]`.
  ///
  /// Ties share: choosing among them at random gives this on average, whatever their order.
  func mean(overBest values: Tensor) throws(TorchError) -> Tensor {
    let rewards = try givenRewards().filled(where: valid.not(), with: -Double.infinity)
    let best = try (rewards - rewards.max(1, keep: true)).equals(0).and(valid)
    let share = try best.converted(to: policy.type).sum(1).clamped(1, .infinity)
    return try values.filled(where: best.not(), with: 0).sum(1) / share
  }
}
