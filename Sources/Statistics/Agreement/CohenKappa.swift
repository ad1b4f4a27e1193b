/// Cohen's κ: agreement of two raters beyond what their own habits would give.
///
/// κ = (p_o − p_e)/(1 − p_e), p_e = Σ_k p₁ₖ·p₂ₖ.
///
/// Source: Cohen 1960, "A coefficient of agreement for nominal scales".
public enum CohenKappa {
  /// - Parameter table: `[category of the first][category of the second]`, counts.
  /// - Returns: nil for a table that is empty, not square or negative, or where both raters used
  ///   one category only and κ is 0/0.
  public static func value(table: [[Int]]) -> Double? {
    let size = table.count
    guard table.allSatisfy({ $0.count == size && $0.allSatisfy { $0 >= 0 } }) else { return nil }
    let total = Double(table.reduce(0) { $0 + $1.reduce(0, +) })
    guard total > 0 else { return nil }
    var agreed = 0.0
    var expected = 0.0
    for category in 0..<size {
      agreed += Double(table[category][category])
      let row = Double(table[category].reduce(0, +))
      let column = Double(table.reduce(0) { $0 + $1[category] })
      expected += row * column
    }
    (agreed, expected) = (agreed / total, expected / (total * total))
    guard expected < 1 else { return nil }
    return (agreed - expected) / (1 - expected)
  }

  /// κ of two lists of labels; nil where they differ in length, are empty, or as above.
  public static func value<Label: Hashable>(_ first: [Label], _ second: [Label]) -> Double? {
    table(first, second).flatMap { value(table: $0) }
  }

  /// How often each pair of labels occurs, categories in order of appearance.
  public static func table<Label: Hashable>(_ first: [Label], _ second: [Label]) -> [[Int]]? {
    guard first.count == second.count, !first.isEmpty else { return nil }
    var places: [Label: Int] = [:]
    for label in first + second where places[label] == nil { places[label] = places.count }
    var table = [[Int]](
      repeating: [Int](repeating: 0, count: places.count), count: places.count)
    for (one, other) in zip(first, second) {
      guard let row = places[one], let column = places[other] else { continue }
      table[row][column] += 1
    }
    return table
  }

  /// With an interval from resampling items, or clusters of them; without one where a resample's κ is
  /// not defined.
  public static func estimate<Label: Hashable>(
    _ first: [Label], _ second: [Label], clusters: [Int]? = nil,
    bootstrap: ClusterBootstrap = ClusterBootstrap()
  ) -> Estimate? {
    guard first.count == second.count else { return nil }
    let places = CategoryCodes(first + second).places
    guard
      let canonical = CanonicalItems(
        zip(first, second).map { [places[$0] ?? 0, places[$1] ?? 0] }, in: clusters,
        categories: places.count, ratings: .sides)
    else { return nil }
    let real = canonical.items.map { ($0[0], $0[1]) }
    // The places that ``ClusterBootstrap/imagined(categories:raters:)`` fills, in its order.
    let imagined = ClusterBootstrap.imagined(categories: places.count).isEmpty ? 0 : places.count
    let cells =
      real + (0..<imagined).flatMap { one in (0..<imagined).map { other in (one, other) } }
    let empty = [[Int]](
      repeating: [Int](repeating: 0, count: places.count), count: places.count)
    return bootstrap.estimate(
      items: real.count, in: canonical.clusters, rows: real.count,
      imagined: cells.count - real.count
    ) { chosen in
      var table = empty
      for item in chosen { table[cells[item].0][cells[item].1] += 1 }
      return value(table: table) ?? .nan
    }
  }
}
