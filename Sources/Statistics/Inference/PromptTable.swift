/// Values of several seeds on the prompts that all of them have.
struct PromptTable {
  /// The mean of each prompt's rows, `[seed][prompt]`.
  let seeds: [[Double]]
  /// The same, mean over seeds.
  let means: [Double]
  /// Places of the kept prompts among those given.
  let kept: [Int]
  let rows: Int

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
    rows = kept.reduce(0) { total, prompt in
      total + values.reduce(0) { $0 + $1[prompt].count }
    }
  }
}
