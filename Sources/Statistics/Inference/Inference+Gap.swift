import Foundation

extension Inference {
  /// The difference of the means of two independent sets of prompts, first minus second, with Welch's
  /// interval; without one where a side has a single prompt or neither varies, and nil where a side is
  /// empty.
  ///
  /// Source: Welch 1947; the degrees of freedom are Satterthwaite's.
  public func gap(between first: [Double], and second: [Double]) -> Estimate? {
    guard let ours = Sample.mean(first), let theirs = Sample.mean(second) else { return nil }
    let value = ours - theirs
    func estimate(_ interval: Interval?, _ basis: IntervalBasis) -> Estimate {
      Estimate(
        value: value, interval: interval, count: first.count + second.count,
        clusters: first.count + second.count, basis: basis)
    }
    guard let one = Sample.variance(first), let other = Sample.variance(second),
      first.count > 1, second.count > 1
    else {
      return estimate(
        nil, IntervalBasis(confidence: confidence, method: .none, caveats: [.oneGroup]))
    }
    let (left, right) = (one / Double(first.count), other / Double(second.count))
    let degrees =
      pow(left + right, 2)
      / (left * left / Double(first.count - 1) + right * right / Double(second.count - 1))
    guard left + right > 0,
      let factor = StudentT.quantile((1 + confidence) / 2, degrees: degrees)
    else {
      return estimate(
        nil, IntervalBasis(confidence: confidence, method: .none, caveats: [.noSpread]))
    }
    let half = factor * (left + right).squareRoot()
    let caveats: [IntervalBasis.Caveat] =
      min(first.count, second.count) < Self.few ? [.tooFew] : []
    return estimate(
      Interval(value - half, value + half),
      IntervalBasis(confidence: confidence, method: .studentT, caveats: caveats))
  }
}
