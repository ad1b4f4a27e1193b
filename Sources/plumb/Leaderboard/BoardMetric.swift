import Report
import Statistics

/// One metric of a board of items: every system's mean, their ranks, and all pairs of them.
struct BoardMetric {
  let name: String
  /// Whether all values lie in 0 … 1.
  let isShare: Bool
  let scores: [Estimate]
  let ranks: Ranks
  /// Paired by item, p corrected by Holm for all of them.
  let contrasts: [PairedContrast]

  /// - Parameter tables: `[system][item][epoch]`, the same items for all.
  init?(_ name: String, _ tables: [[[Double]]]) {
    let inference = Inference()
    let isShare = tables.joined().joined().allSatisfy { (0...1).contains($0) }
    let scores = tables.compactMap { isShare ? inference.share($0) : inference.mean($0) }
    guard scores.count == tables.count else { return nil }
    let systems = tables.map { [$0] }
    let pairs = inference.differences(systems)
    guard pairs.count == tables.count * (tables.count - 1) / 2 else { return nil }
    self.name = name
    self.isShare = isShare
    self.scores = scores
    ranks = inference.ranks(systems, pairs: pairs)
    contrasts = inference.contrasts([systems], pairs: [pairs])[0]
  }

  func value(_ estimate: Estimate) -> String {
    isShare ? Percent.value(estimate.value) : Numeral.significant(estimate.value)
  }

  func interval(_ estimate: Estimate) -> String {
    guard let interval = estimate.interval else { return "" }
    return isShare
      ? Percent.interval(estimate)
      : "[\(Numeral.significant(interval.low)), \(Numeral.significant(interval.high))]"
  }
}
