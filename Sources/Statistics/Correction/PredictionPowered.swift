/// A mean of human labels, made more precise by a judge's labels on many more prompts.
///
/// θ = λ·mean_N(f) + mean_n(h − λf): right for any judge, and the better the judge, the narrower.
/// λ = 1 trusts the judge fully; 0 uses the humans alone; left to itself it is chosen to make the
/// variance least, for each label without that label, so that what it is fitted to is not what it is
/// applied to. Labels must have been drawn at random.
///
/// The interval puts together those of the two means, each on its side: (L − θ)² is the sum of their
/// squared distances (Zou and Donner 2008). Of labels in 0 … 1 both are ``BoundedMean``, otherwise
/// Student's t with the labels' degrees of freedom. Where people alone are narrower, theirs is taken.
///
/// Source: Angelopoulos et al. 2023, "Prediction-powered inference", and "PPI++" for λ.
/// Differs: cross-fitted λ and no normal quantiles, which cover 0.62 with ten labels at 0.9.
public struct PredictionPowered: Sendable, Equatable {
  public let estimate: Estimate
  /// How much of the judge was used, mean over labels; 0 where people alone are narrower.
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
    guard human.count == judge.count, human.count > 1, let truth = Sample.mean(human),
      Sample.mean(judge) != nil, let far = Sample.mean(unlabelled), unlabelled.count > 1,
      confidence > 0, confidence < 1
    else { return nil }
    let trusts =
      power.map { [Double](repeating: $0, count: human.count) }
      ?? Self.trusts(human, judge, unlabelled)
    let residuals = zip(zip(human, judge), trusts).map { $0.0 - $1 * $0.1 }
    guard let trust = Sample.mean(trusts), let offset = Sample.mean(residuals) else { return nil }
    let isShare = (human + judge + unlabelled).allSatisfy { $0 >= 0 && $0 <= 1 }
    let most = max(0, trusts.max() ?? 0)
    func interval(_ values: [Double], in range: ClosedRange<Double>) -> Interval? {
      guard isShare else { return Inference(confidence: confidence).student(values) }
      let width = range.upperBound - range.lowerBound
      let scaled = values.map { min(1, max(0, ($0 - range.lowerBound) / width)) }
      return BoundedMean.interval(scaled, confidence: confidence).map {
        Interval(range.lowerBound + width * $0.low, range.lowerBound + width * $0.high)
      }
    }
    let value = trust * far + offset
    var found: Interval?
    if let near = interval(residuals, in: -most...1), let wide = interval(unlabelled, in: 0...1) {
      func distance(_ one: Double, _ other: Double) -> Double {
        (one * one + trust * trust * other * other).squareRoot()
      }
      found = Interval(
        value - distance(offset - near.low, far - wide.low),
        value + distance(near.high - offset, wide.high - far))
    }
    if isShare { found = found?.clipped(to: 0...1) }
    let alone = interval(human, in: 0...1)
    let count = human.count + unlabelled.count
    if power == nil, let alone, found.map({ alone.high - alone.low < $0.high - $0.low }) ?? true {
      self.power = 0
      estimate = Estimate(
        value: truth, interval: alone, count: human.count, clusters: human.count,
        basis: IntervalBasis(
          confidence: confidence, method: .people, unit: .items,
          caveats: isShare ? [] : human.count < Inference.few ? [.tooFew] : []))
    } else {
      self.power = trust
      estimate = Estimate(
        value: isShare ? min(1, max(0, value)) : value, interval: found, count: count,
        clusters: count,
        basis: IntervalBasis(
          confidence: confidence, method: found == nil ? .none : .predictionPowered, unit: .items,
          caveats: found == nil ? [.noSpread] : []))
    }
  }

  /// λ for each label, from the other labels.
  private static func trusts(
    _ human: [Double], _ judge: [Double], _ unlabelled: [Double]
  ) -> [Double] {
    guard human.count > 3 else { return [Double](repeating: 0, count: human.count) }
    let others = Double(unlabelled.count)
    let labelled = Double(human.count - 1)
    let (h, f) = (human.reduce(0, +), judge.reduce(0, +))
    let cross = zip(human, judge).reduce(0) { $0 + $1.0 * $1.1 }
    let far = unlabelled.reduce(0, +)
    let squares = (judge + unlabelled).reduce(0) { $0 + $1 * $1 }
    return zip(human, judge).map { label, guess in
      let (sumH, sumF) = (h - label, f - guess)
      let covariance = (cross - label * guess - sumH * sumF / labelled) / (labelled - 1)
      let all = labelled + others
      let sum = sumF + far
      let pooled = (squares - guess * guess - sum * sum / all) / (all - 1)
      guard pooled > 1e-15 else { return 0 }
      return min(1, max(0, covariance / ((1 + labelled / others) * pooled)))
    }
  }
}
