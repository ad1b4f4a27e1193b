/// A win rate from pairs judged in both orders, under one rule.
public struct SwapSummary: Sendable, Equatable {
  public let rule: SwapRule
  /// Results that are 1, ½ (or between) and 0.
  public let wins: Int
  public let ties: Int
  public let losses: Int
  /// Pairs that both orders judged differently, whatever the rule makes of them.
  public let inconsistent: Int
  /// Pairs without a verdict in one order, or dropped by the rule.
  public let excluded: Int
  /// Mean score, ties counting one half, with an interval clustered by question; nil where no pair
  /// counts.
  public let winRate: Estimate?

  public var count: Int { wins + ties + losses }

  public init(_ verdicts: [SwappedVerdict], rule: SwapRule = .bothOrTie, confidence: Double = 0.95)
  {
    self.rule = rule
    let scores = verdicts.map { rule.score($0) }
    wins = scores.count { $0 == 1 }
    losses = scores.count { $0 == 0 }
    excluded = scores.count { $0 == nil }
    ties = scores.count - wins - losses - excluded
    inconsistent = verdicts.count { $0.both.map { $0.direct != $0.swapped } ?? false }
    var clusters: [Int: [Double]] = [:]
    for (verdict, score) in zip(verdicts, scores) {
      if let score { clusters[verdict.cluster, default: []].append(score) }
    }
    winRate = Inference(confidence: confidence)
      .share(clusters.sorted { $0.key < $1.key }.map(\.value))
  }
}
