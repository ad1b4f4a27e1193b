/// How long the texts of a field are.
struct Lengths: Encodable, Equatable {
  let smallest: Int
  let median: Int
  let mean: Double
  /// At most one text in twenty is longer.
  let ninetyFive: Int
  let largest: Int

  private enum CodingKeys: String, CodingKey {
    case smallest = "min"
    case median, mean
    case ninetyFive = "p95"
    case largest = "max"
  }

  /// Nil without texts.
  init?(_ lengths: [Int]) {
    let sorted = lengths.sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    smallest = first
    largest = last
    mean = Double(sorted.reduce(0, +)) / Double(sorted.count)
    median = sorted[(sorted.count - 1) / 2]
    ninetyFive = sorted[(sorted.count * 19 + 19) / 20 - 1]
  }
}
