/// p-values corrected for how many there are.
public enum MultipleComparisons {
  /// Holm's adjusted p-values, in the order given: below α they are significant with at most α
  /// chance of any false one. Nil where a value is not inside 0 … 1.
  public static func holm(_ values: [Double]) -> [Double]? {
    adjusted(values) { sorted in
      var largest = 0.0
      return sorted.enumerated().map { rank, value in
        largest = max(largest, min(1, Double(sorted.count - rank) * value))
        return largest
      }
    }
  }

  /// Benjamini and Hochberg's adjusted p-values, in the order given: of those below α at most a
  /// share α is expected to be false. For exploration. Nil as ``holm(_:)``.
  public static func benjaminiHochberg(_ values: [Double]) -> [Double]? {
    adjusted(values) { sorted in
      var smallest = 1.0
      return sorted.enumerated().reversed().map { rank, value in
        smallest = min(smallest, Double(sorted.count) / Double(rank + 1) * value)
        return smallest
      }.reversed()
    }
  }

  private static func adjusted(
    _ values: [Double], _ adjust: ([Double]) -> [Double]
  ) -> [Double]? {
    guard values.allSatisfy({ $0 >= 0 && $0 <= 1 }) else { return nil }
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var result = values
    for (index, value) in zip(order, adjust(order.map { values[$0] })) { result[index] = value }
    return result
  }
}
