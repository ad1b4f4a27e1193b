import Statistics

/// How well raters agree on wins, ties and losses.
public struct RaterAgreement: Sendable, Equatable {
  public struct Pair: Sendable, Equatable {
    public let first: String
    public let second: String
    public let kappa: Estimate?
  }

  public let raters: [String]
  public let summary: AgreementSummary
  /// Cohen's κ of every two raters.
  public let pairs: [Pair]

  /// - Parameter comparisons: what every rater said of each, intervals resampling their prompts.
  /// - Returns: nil where no two raters share a comparison.
  init?(
    _ comparisons: [RatedComparison], of raters: [Preference.Rater], bootstrap: ClusterBootstrap
  ) {
    let clusters = RatedComparison.clusters(comparisons)
    let labels = comparisons.map { comparison in
      raters.map { comparison.shares[$0].map { Preference.verdict($0).rawValue } }
    }
    guard
      let summary = AgreementSummary(
        labels.map { $0.compactMap(\.self) }, clusters: clusters, bootstrap: bootstrap)
    else { return nil }
    self.summary = summary
    self.raters = raters.map(\.name)
    pairs = raters.indices.flatMap { first in
      raters.indices.filter { $0 > first }.map { second in
        let both = labels.indices.filter { labels[$0][first] != nil && labels[$0][second] != nil }
        return Pair(
          first: raters[first].name, second: raters[second].name,
          kappa: CohenKappa.estimate(
            both.map { labels[$0][first] }, both.map { labels[$0][second] },
            clusters: both.map { clusters[$0] }, bootstrap: bootstrap))
      }
    }
  }
}
