/// A mean of human labels, made more precise by a judge's labels on many more prompts.
///
/// θ = λ·mean_N(f) + mean_n(h − λf), with variance λ²·Var(f)/N + Var(h − λf)/n: right for any
/// judge, and the better the judge, the narrower. λ = 1 trusts the judge fully; 0 uses the humans
/// alone; left to itself it is chosen to make the variance least, so that a poor judge costs
/// nothing.
///
/// Source: Angelopoulos et al. 2023, "Prediction-powered inference", and "PPI++" for λ.
public struct PredictionPowered: Sendable, Equatable {
  public let estimate: Estimate
  public let standardError: Double
  /// How much of the judge was used.
  public let power: Double

  /// - Parameters:
  ///   - human: labels of the n prompts that humans judged.
  ///   - judge: the judge's labels of the same prompts.
  ///   - unlabelled: the judge's labels of N other prompts, drawn alike.
  ///   - power: λ; nil for Cov(h, f)/((1 + n/N)·Var(f)), kept inside 0 … 1.
  /// - Returns: nil below two prompts on either side, for lists of different length, or a label that
  ///   is not finite.
  public init?(
    human: [Double], judge: [Double], unlabelled: [Double], power: Double? = nil,
    confidence: Double = 0.95
  ) {
    guard human.count == judge.count, let spread = Sample.variance(unlabelled),
      let far = Sample.mean(unlabelled), let near = Sample.mean(judge),
      let truth = Sample.mean(human), Sample.variance(human) != nil
    else { return nil }
    let labelled = Double(human.count)
    let others = Double(unlabelled.count)
    let chosen: Double
    if let power {
      chosen = power
    } else {
      var covariance = 0.0
      for (label, guess) in zip(human, judge) {
        covariance += (label - truth) * (guess - near)
      }
      covariance /= labelled - 1
      let all = judge + unlabelled
      guard let pooled = Sample.variance(all) else { return nil }
      let least = pooled > 0 ? covariance / ((1 + labelled / others) * pooled) : 0
      chosen = min(1, max(0, least))
    }
    let residuals = zip(human, judge).map { $0 - chosen * $1 }
    guard let rest = Sample.variance(residuals), let offset = Sample.mean(residuals) else {
      return nil
    }
    let variance = chosen * chosen * spread / others + rest / labelled
    self.power = chosen
    standardError = variance.squareRoot()
    estimate = Estimate(
      value: chosen * far + offset, standardError: variance.squareRoot(), distribution: .normal,
      confidence: confidence, count: human.count + unlabelled.count,
      clusters: human.count + unlabelled.count)
  }
}
