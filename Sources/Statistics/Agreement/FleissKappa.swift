/// Fleiss' κ: agreement of m raters, not necessarily the same ones, on each of n items.
///
/// P_i = (Σ_k n_ik² − m)/(m(m − 1)); p_k the share of category k; κ = (P̄ − Σp_k²)/(1 − Σp_k²).
///
/// Source: Fleiss 1971, "Measuring nominal scale agreement among many raters".
public enum FleissKappa {
  /// - Parameter counts: `[item][category]`, how many raters chose it; every item the same number
  ///   of raters, at least two.
  /// - Returns: nil for counts that are not so, or where one category took everything.
  public static func value(counts: [[Int]]) -> Double? {
    guard let categories = counts.first?.count,
      let raters = counts.first.map({ $0.reduce(0, +) }), raters > 1,
      counts.allSatisfy({ item in
        item.count == categories && item.reduce(0, +) == raters && item.allSatisfy { $0 >= 0 }
      })
    else { return nil }
    let pairs = Double(raters * (raters - 1))
    var agreement = 0.0
    var shares = [Double](repeating: 0, count: categories)
    for item in counts {
      agreement += Double(item.reduce(0) { $0 + $1 * $1 } - raters) / pairs
      for category in 0..<categories { shares[category] += Double(item[category]) }
    }
    agreement /= Double(counts.count)
    let total = Double(counts.count * raters)
    let expected = shares.reduce(0) { $0 + ($1 / total) * ($1 / total) }
    guard expected < 1 else { return nil }
    return (agreement - expected) / (1 - expected)
  }

  /// With an interval from resampling items, or clusters of them.
  public static func estimate(
    counts: [[Int]], clusters: [Int]? = nil, bootstrap: ClusterBootstrap = ClusterBootstrap()
  ) -> Estimate? {
    let categories = counts.first?.count ?? 0
    guard let canonical = CanonicalItems(counts: counts, in: clusters) else { return nil }
    let imagined = ClusterBootstrap.imagined(
      categories: categories, raters: (counts.first ?? []).reduce(0, +))
    let all = canonical.counts(categories: categories) + imagined
    return bootstrap.estimate(
      items: counts.count, in: canonical.clusters, rows: counts.count, imagined: imagined.count
    ) { chosen in
      value(counts: chosen.map { all[$0] }) ?? .nan
    }
  }
}
