/// Gwet's AC1: agreement beyond chance that does not collapse when one category is frequent.
///
/// AC1 = (p_a − p_γ)/(1 − p_γ), p_γ = Σ_k π_k(1 − π_k)/(K − 1), π_k the mean over items of each
/// item's share of category k.
///
/// Source: Gwet 2008, "Computing inter-rater reliability and its variance in the presence of high
/// agreement".
public enum GwetAC1 {
  /// - Parameter counts: `[item][category]`, how many raters chose it; an item with one rating
  ///   counts for prevalence only, one with none not at all.
  /// - Returns: nil below two categories, without an item that two raters share, or for a negative
  ///   count.
  public static func value(counts: [[Int]]) -> Double? {
    guard let categories = counts.first?.count, categories > 1,
      counts.allSatisfy({ $0.count == categories && $0.allSatisfy { $0 >= 0 } })
    else { return nil }
    var agreement = 0.0
    var shared = 0
    var rated = 0
    var shares = [Double](repeating: 0, count: categories)
    for item in counts {
      let raters = item.reduce(0, +)
      guard raters > 0 else { continue }
      rated += 1
      for category in 0..<categories { shares[category] += Double(item[category]) / Double(raters) }
      guard raters > 1 else { continue }
      shared += 1
      agreement +=
        Double(item.reduce(0) { $0 + $1 * ($1 - 1) }) / Double(raters * (raters - 1))
    }
    guard shared > 0 else { return nil }
    agreement /= Double(shared)
    let expected =
      shares.reduce(0) { $0 + ($1 / Double(rated)) * (1 - $1 / Double(rated)) }
      / Double(categories - 1)
    return (agreement - expected) / (1 - expected)
  }

  /// With an interval from resampling items, or clusters of them.
  public static func estimate(
    counts: [[Int]], clusters: [Int]? = nil, bootstrap: ClusterBootstrap = ClusterBootstrap()
  ) -> Estimate? {
    let categories = counts.first?.count ?? 0
    guard let canonical = CanonicalItems(counts: counts, in: clusters) else { return nil }
    let imagined = ClusterBootstrap.imagined(categories: categories)
    let all = canonical.counts(categories: categories) + imagined
    return bootstrap.estimate(
      items: counts.count, in: canonical.clusters, rows: counts.count, imagined: imagined.count
    ) { chosen in
      value(counts: chosen.map { all[$0] }) ?? .nan
    }
  }
}
