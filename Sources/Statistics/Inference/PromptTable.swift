/// Values of several seeds on the prompts that all of them have.
struct PromptTable {
  /// The mean of each prompt's rows, `[seed][prompt]`.
  let seeds: [[Double]]
  /// The same, mean over seeds.
  let means: [Double]
  /// Places of the kept prompts among those given.
  let kept: [Int]
  let rows: Int
  /// The least and the greatest value, where there are from two to five kinds, as of rewards of 0 and 1.
  let ends: Interval?

  /// - Parameter values: `[seed][prompt][row]`.
  /// - Returns: nil without a common prompt, for seeds of different numbers of prompts, or where a
  ///   value is not finite.
  init?(_ values: [[[Double]]]) {
    guard let prompts = values.first?.count, values.allSatisfy({ $0.count == prompts }) else {
      return nil
    }
    kept = (0..<prompts).filter { prompt in values.allSatisfy { !$0[prompt].isEmpty } }
    guard !kept.isEmpty else { return nil }
    var seeds: [[Double]] = []
    for seed in values {
      let means = kept.compactMap { Sample.mean(seed[$0]) }
      guard means.count == kept.count else { return nil }
      seeds.append(means)
    }
    self.seeds = seeds
    means = kept.indices.map { prompt in
      seeds.reduce(0) { $0 + $1[prompt] } / Double(seeds.count)
    }
    let kinds = kept.reduce(into: Set<Double>()) { kinds, prompt in
      for seed in values where kinds.count <= Self.mostKinds { kinds.formUnion(seed[prompt]) }
    }
    ends = Self.ends(of: kinds)
    rows = kept.reduce(0) { total, prompt in
      total + values.reduce(0) { $0 + $1[prompt].count }
    }
  }

  private static let mostKinds = 5

  static func ends(of kinds: Set<Double>) -> Interval? {
    guard (2...mostKinds).contains(kinds.count), let low = kinds.min(), let high = kinds.max()
    else {
      return nil
    }
    return Interval(low, high)
  }
}
