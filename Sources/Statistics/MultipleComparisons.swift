/// p-values corrected for how many there are.
public enum MultipleComparisons {
  /// Holm's adjusted p-values, in the order given: below α they are significant with at most α
  /// chance of any false one. Nil where a value is not inside 0 … 1.
  public static func holm(_ values: [Double]) -> [Double]? {
    guard values.allSatisfy({ $0 >= 0 && $0 <= 1 }) else { return nil }
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var result = values
    var largest = 0.0
    for (rank, index) in order.enumerated() {
      largest = max(largest, min(1, Double(values.count - rank) * values[index]))
      result[index] = largest
    }
    return result
  }
}
