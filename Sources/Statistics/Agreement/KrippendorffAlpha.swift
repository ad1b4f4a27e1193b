/// Krippendorff's α: agreement of any number of raters with any number of gaps, on any scale.
///
/// α = 1 − D_o/D_e over the coincidence matrix o: a unit with m ≥ 2 ratings adds 1/(m − 1) for each
/// ordered pair of them. D_o = Σ o_ck·δ(c, k)/n, D_e = Σ n_c·n_k·δ(c, k)/(n(n − 1)).
///
/// Source: Krippendorff 2011, "Computing Krippendorff's alpha-reliability".
public enum KrippendorffAlpha {
  /// What a disagreement between two values costs.
  public enum Scale: String, Sendable, Equatable, CaseIterable {
    /// 1.
    case nominal
    /// The squared number of ratings between the two, ends counted half.
    case ordinal
    /// (c − k)².
    case interval
    /// ((c − k)/(c + k))², for values not below 0.
    case ratio
  }

  /// - Parameter units: the ratings that each unit got, in any order.
  /// - Returns: 1 where all ratings that can be compared are equal; nil where there are none, or
  ///   one is not finite, or negative on the ratio scale.
  public static func value(_ units: [[Double]], scale: Scale) -> Double? {
    guard let table = Coincidences(units, scale: scale) else { return nil }
    return table.alpha(Array(table.units.indices))
  }

  /// With an interval from resampling units, or clusters of them; without one where a resample's α
  /// is not defined.
  public static func estimate(
    _ units: [[Double]], scale: Scale, clusters: [Int]? = nil,
    bootstrap: ClusterBootstrap = ClusterBootstrap()
  ) -> Estimate? {
    let rated = units.indices.filter { units[$0].count > 1 }
    let categories = Array(Set(rated.flatMap { units[$0] })).sorted()
    let places = Dictionary(
      categories.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { one, _ in one })
    guard clusters.map({ $0.count == units.count }) ?? true, categories.allSatisfy(\.isFinite),
      let canonical = CanonicalItems(
        rated.map { place in units[place].compactMap { places[$0] } },
        in: clusters.map { all in rated.map { all[$0] } }, categories: categories.count,
        isNominal: scale == .nominal)
    else { return nil }
    let ordered = canonical.items.map { item in item.map { categories[$0] } }
    let imagined = ClusterBootstrap.imagined(categories: categories.count).map { counts in
      zip(categories, counts).flatMap { [Double](repeating: $0, count: $1) }
    }
    guard let table = Coincidences(ordered + imagined, scale: scale) else { return nil }
    let ratings = rated.reduce(0) { $0 + units[$1].count }
    return bootstrap.estimate(
      items: ordered.count, in: canonical.clusters, rows: ratings, imagined: imagined.count
    ) { chosen in
      table.alpha(chosen) ?? .nan
    }
  }

  /// The coincidences that each unit adds, so that a resample is a sum.
  private struct Coincidences {
    let categories: [Double]
    let scale: Scale
    /// Of each unit: places in the matrix, row after row, and what is added there.
    let units: [[(place: Int, share: Double)]]

    init?(_ ratings: [[Double]], scale: Scale) {
      let rated = ratings.filter { $0.count > 1 }
      let categories = Array(Set(rated.flatMap { $0 })).sorted()
      guard let least = categories.first, categories.allSatisfy(\.isFinite),
        scale != .ratio || least >= 0
      else { return nil }
      let places = Dictionary(
        uniqueKeysWithValues: categories.enumerated().map { ($0.element, $0.offset) })
      let size = categories.count
      units = rated.map { unit in
        var counts = [Double](repeating: 0, count: size)
        for value in unit {
          if let place = places[value] { counts[place] += 1 }
        }
        let used = counts.indices.filter { counts[$0] > 0 }
        return used.flatMap { first in
          used.map { second in
            let pairs = counts[first] * (first == second ? counts[first] - 1 : counts[second])
            return (first * size + second, pairs / Double(unit.count - 1))
          }
        }
      }
      self.categories = categories
      self.scale = scale
    }

    func alpha(_ chosen: [Int]) -> Double? {
      let size = categories.count
      var matrix = [Double](repeating: 0, count: size * size)
      for unit in chosen {
        for (place, share) in units[unit] { matrix[place] += share }
      }
      let totals = (0..<size).map { row in
        matrix[row * size..<(row + 1) * size].reduce(0, +)
      }
      let total = totals.reduce(0, +)
      let cumulative = totals.reduce(into: [0.0]) { $0.append(($0.last ?? 0) + $1) }
      var observed = 0.0
      var expected = 0.0
      for first in 0..<size where totals[first] > 0 {
        for second in 0..<first where totals[second] > 0 {
          let cost = cost(
            categories[first], categories[second],
            between: cumulative[first + 1] - cumulative[second]
              - (totals[first] + totals[second]) / 2)
          observed += matrix[first * size + second] * cost
          expected += totals[first] * totals[second] * cost
        }
      }
      // Nothing to disagree about: one category, in all units or in those drawn.
      guard expected > 0 else { return totals.count { $0 > 0 } == 1 ? 1 : nil }
      return 1 - (total - 1) * observed / expected
    }

    private func cost(_ first: Double, _ second: Double, between: Double) -> Double {
      switch scale {
      case .nominal: 1
      case .interval: (first - second) * (first - second)
      case .ratio: (first - second) * (first - second) / ((first + second) * (first + second))
      case .ordinal: between * between
      }
    }
  }
}
