/// Rated items in an order of their own: what is resampled depends neither on the order of the rows
/// nor on what categories are called.
///
/// Categories are numbered by descending prevalence, then by the items that they are in. Of those that
/// are alike in both, every numbering is tried, and the one that gives the least items is kept.
/// Clusters are sorted by their items, items by their ratings.
struct CanonicalItems {
  /// The categories of each item's ratings.
  let items: [[Int]]
  /// The cluster of each item, ascending; nil where each is its own.
  let clusters: [Int]?

  /// What an item's ratings are.
  enum Ratings {
    /// Of any raters: their order says nothing.
    case unordered
    /// Of two raters, always the same one first; which of them is named first says nothing.
    case sides
  }

  /// More numberings than these are not tried: then the order of the given numbers decides.
  private static let most = 120

  /// - Parameters:
  ///   - items: the categories of each item's ratings, in 0 ..< `categories`.
  ///   - isNominal: whether categories may be numbered anew.
  /// - Returns: nil where clusters are not one for each item.
  init?(
    _ items: [[Int]], in clusters: [Int]?, categories: Int, ratings: Ratings = .unordered,
    isNominal: Bool = true
  ) {
    guard clusters.map({ $0.count == items.count }) ?? true else { return nil }
    let groups =
      clusters.map { all in Array(Dictionary(grouping: items.indices) { all[$0] }.values) }
      ?? items.indices.map { [$0] }
    let numberings =
      isNominal ? Self.numberings(items, categories) : [Array(0..<categories)]
    var least: (words: [Int], groups: [[[Int]]])?
    for numbers in numberings {
      for isTurned in ratings == .sides ? [false, true] : [false] {
        let sorted = groups.map { group in
          group.map { place in
            let item = items[place].map { numbers[$0] }
            switch ratings {
            case .unordered: return item.sorted()
            case .sides: return isTurned ? item.reversed() : item
            }
          }.sorted { $0.lexicographicallyPrecedes($1) }
        }
        .map { (words: Self.words($0), items: $0) }
        .sorted { $0.words.lexicographicallyPrecedes($1.words) }
        let words = sorted.flatMap(\.words)
        if let least, !words.lexicographicallyPrecedes(least.words) { continue }
        least = (words, sorted.map(\.items))
      }
    }
    let ordered = least?.groups ?? []
    self.items = ordered.flatMap { $0 }
    self.clusters =
      clusters == nil
      ? nil : ordered.enumerated().flatMap { place, group in group.map { _ in place } }
  }

  /// As above, from how many raters chose each category of each item; nil where a count is negative
  /// or items have different categories.
  init?(counts: [[Int]], in clusters: [Int]?) {
    let categories = counts.first?.count ?? 0
    guard
      counts.allSatisfy({ $0.count == categories && $0.allSatisfy { $0 >= 0 } })
    else { return nil }
    self.init(
      counts.map { item in item.indices.flatMap { [Int](repeating: $0, count: item[$0]) } },
      in: clusters, categories: categories)
  }

  /// How many raters chose each category, `[item][category]`.
  func counts(categories: Int) -> [[Int]] {
    items.map { item in
      item.reduce(into: [Int](repeating: 0, count: categories)) { $0[$1] += 1 }
    }
  }

  /// A cluster as numbers that tell it from every other.
  private static func words(_ group: [[Int]]) -> [Int] {
    [group.count] + group.flatMap { [$0.count] + $0 }
  }

  /// The new numbers of all categories, in every way that prevalence and company leave open.
  private static func numberings(_ items: [[Int]], _ categories: Int) -> [[Int]] {
    let prevalence = items.joined().reduce(into: [Int](repeating: 0, count: categories)) {
      $0[$1] += 1
    }
    var company = [[[Int]]](repeating: [], count: categories)
    for item in items {
      let common = item.map { prevalence[$0] }.sorted()
      for category in Set(item) {
        company[category].append([item.count { $0 == category }] + common)
      }
    }
    let signatures = company.enumerated().map { category, items in
      [-prevalence[category]]
        + words(items.sorted { $0.lexicographicallyPrecedes($1) })
    }
    let sorted = (0..<categories).sorted {
      signatures[$0] == signatures[$1]
        ? $0 < $1 : signatures[$0].lexicographicallyPrecedes(signatures[$1])
    }
    var orders: [[Int]] = [[]]
    var start = 0
    while start < sorted.count {
      let first = signatures[sorted[start]]
      let alike = sorted[start...].prefix(while: { signatures[$0] == first })
      // What nobody chose stands in no item, in whatever order.
      let ways = prevalence[alike[start]] == 0 ? [Array(alike)] : permutations(Array(alike))
      orders =
        orders.count * ways.count > most
        ? orders.map { $0 + alike } : orders.flatMap { order in ways.map { order + $0 } }
      start += alike.count
    }
    return orders.map { order in
      var numbers = [Int](repeating: 0, count: categories)
      for (number, category) in order.enumerated() { numbers[category] = number }
      return numbers
    }
  }

  /// All orders; the given one alone where there are more than ``most``.
  private static func permutations(_ values: [Int]) -> [[Int]] {
    guard values.count > 1, values.count < 6 else { return [values] }
    return values.indices.flatMap { place in
      var rest = values
      let first = rest.remove(at: place)
      return permutations(rest).map { [first] + $0 }
    }
  }
}
