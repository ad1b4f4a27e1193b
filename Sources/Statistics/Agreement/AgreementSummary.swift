/// Everything to say about how well raters agree: raw, corrected for chance in four ways, and how
/// common each category is, without which κ misleads.
public struct AgreementSummary: Sendable, Equatable {
  /// Share of pairs of ratings of one item that agree, mean over items.
  public let raw: Estimate?
  /// Fleiss' κ, where every item has the same number of ratings.
  public let fleiss: Estimate?
  public let gwet: Estimate?
  public let krippendorff: Estimate?
  /// Share of each category among all ratings, most frequent first.
  public let prevalence: [(category: String, share: Double)]
  /// Items with at least two ratings.
  public let items: Int
  public let ratings: Int

  /// - Parameters:
  ///   - items: the ratings of each item; those with fewer than two are left out.
  ///   - clusters: which of the items are alike, as those about one prompt; nil where none are.
  ///   - bootstrap: resamples items, or clusters of them.
  /// - Returns: nil where no item has two ratings, or clusters are not one for each item.
  public init?<Category: Hashable & CustomStringConvertible>(
    _ items: [[Category]], clusters: [Int]? = nil, bootstrap: ClusterBootstrap = ClusterBootstrap()
  ) {
    guard clusters.map({ $0.count == items.count }) ?? true else { return nil }
    let rated = items.indices.filter { items[$0].count > 1 }
    let clusters = clusters.map { all in rated.map { all[$0] } }
    let items = rated.map { items[$0] }
    guard !items.isEmpty else { return nil }
    let codes = CategoryCodes(items.flatMap { $0 })
    let categories = codes.categories
    let coded = items.map { item in item.compactMap { codes.places[$0] } }
    let counts = coded.map { item in
      item.reduce(into: [Int](repeating: 0, count: categories.count)) { $0[$1] += 1 }
    }
    let shares = counts.map { item in
      let raters = item.reduce(0, +)
      return Double(item.reduce(0) { $0 + $1 * ($1 - 1) }) / Double(raters * (raters - 1))
    }
    let groups = clusters ?? Array(items.indices)
    let rows = Dictionary(grouping: items.indices) { groups[$0] }.values
      .map { $0.map { shares[$0] }.sorted() }.sorted { $0.lexicographicallyPrecedes($1) }
    raw = Inference(confidence: bootstrap.confidence).share(rows)
    fleiss = FleissKappa.estimate(counts: counts, clusters: clusters, bootstrap: bootstrap)
    gwet = GwetAC1.estimate(counts: counts, clusters: clusters, bootstrap: bootstrap)
    krippendorff = KrippendorffAlpha.estimate(
      coded.map { $0.map(Double.init) }, scale: .nominal, clusters: clusters, bootstrap: bootstrap)
    let total = items.reduce(0) { $0 + $1.count }
    prevalence = categories.enumerated()
      .map { place, category in
        (category.description, Double(counts.reduce(0) { $0 + $1[place] }) / Double(total))
      }
      .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    self.items = items.count
    ratings = total
  }

  public static func == (first: AgreementSummary, second: AgreementSummary) -> Bool {
    first.raw == second.raw && first.fleiss == second.fleiss && first.gwet == second.gwet
      && first.krippendorff == second.krippendorff && first.items == second.items
      && first.ratings == second.ratings
      && first.prevalence.elementsEqual(second.prevalence, by: ==)
  }
}
