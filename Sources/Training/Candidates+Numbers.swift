import Torch

extension Candidates {
  /// log π(y|x) with its gradient, summed or averaged over tokens; 0 where there is no candidate.
  public func logProbabilities(_ normalisation: Normalisation) throws(TorchError) -> Tensor {
    try normalised(policy.filled(where: valid.not(), with: 0), normalisation)
  }

  /// (log π(x) + log π(y|x)) / tokens: the mean over all tokens of prompt and completion but the first,
  /// `[prompt, candidate]`.
  ///
  /// - Throws: ``TorchError`` where the prompts were not scored.
  func meanWithPrompt() throws(TorchError) -> Tensor {
    guard let prompts else {
      throw .failed(
        operation: "candidates", reason: "the prompts' log-probabilities are missing")
    }
    let sums = try policy.filled(where: valid.not(), with: 0) + prompts.logProbability.unsqueezed(1)
    return try sums / (lengths + prompts.lengths.unsqueezed(1)).clamped(1, .infinity)
  }

  /// d = log π(y|x) − log π_ref(y|x), with the policy's gradient; 0 where there is no candidate.
  ///
  /// - Parameters:
  ///   - anchor: what stands for π_ref.
  ///   - normalisation: whether d is that of the completion or its mean over tokens.
  /// - Throws: ``TorchError`` when there is no such anchor.
  public func logRatios(
    to anchor: Anchor = .reference, _ normalisation: Normalisation = .sum
  ) throws(TorchError) -> Tensor {
    let ratios = try (policy - logProbabilities(of: anchor)).filled(where: valid.not(), with: 0)
    return try normalised(ratios, normalisation)
  }

  /// Summed log-probabilities under an anchor; constant, and anything where there is no candidate.
  ///
  /// - Throws: ``TorchError`` when there is no such anchor.
  public func logProbabilities(of anchor: Anchor) throws(TorchError) -> Tensor {
    switch anchor {
    case .reference:
      if let reference { return reference }
      throw Candidates.missing("reference log-probabilities", "score the candidates with it first")
    case .previous:
      if let previous { return previous }
      throw Candidates.missing(
        "log-probabilities of the previous round", "score the candidates with its policy first")
    }
  }

  /// The rewards, 0 where there is no candidate.
  ///
  /// - Throws: ``TorchError`` when there are none.
  public func givenRewards() throws(TorchError) -> Tensor {
    guard let rewards else {
      throw Candidates.missing("rewards", "score the candidates with a reward first")
    }
    return try rewards.filled(where: valid.not(), with: 0)
  }

  /// The win rates, ½ where there is no candidate.
  ///
  /// - Throws: ``TorchError`` when there are none.
  public func givenWinRates() throws(TorchError) -> Tensor {
    guard let winRates else {
      throw Candidates.missing("win rates", "let a judge compare the candidates first")
    }
    return try winRates.filled(where: valid.not(), with: 0.5)
  }

  /// Prompts with at least `smallest` candidates, `[prompt]`.
  public func counted(atLeast smallest: Int = 2) throws(TorchError) -> Tensor {
    try valid.converted(to: policy.type).sum(1) .> (Double(smallest) - 0.5)
  }

  /// The mean of one number per prompt over the prompts of at least `smallest` candidates; a
  /// scalar, 0 where there are none.
  public func mean(overPrompts values: Tensor, atLeast smallest: Int = 2) throws(TorchError)
    -> Tensor
  {
    let counted = try counted(atLeast: smallest)
    let count = try counted.converted(to: policy.type).sum().clamped(1, .infinity)
    return try values.filled(where: counted.not(), with: 0).sum() / count
  }

  private func normalised(
    _ sums: Tensor, _ normalisation: Normalisation
  ) throws(TorchError) -> Tensor {
    switch normalisation {
    case .sum: return sums
    case .mean:
      return try sums / lengths.filled(where: valid.not(), with: 1).clamped(1, .infinity)
    }
  }

  static func missing(_ what: String, _ advice: String) -> TorchError {
    .failed(operation: "candidates", reason: "no \(what); \(advice)")
  }
}
