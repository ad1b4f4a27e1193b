extension Reward {
  /// The reward of each completion after its prompt, `[prompt][completion]`.
  ///
  /// Equal texts are scored once and have one reward to the last bit, so that they tie. Scored apart they
  /// might not: what a model says depends, in the last bits, on the texts that are run beside.
  ///
  /// - Parameter completions: `[prompt][completion]`.
  /// - Throws: ``PolicyError/rewardCount(name:texts:values:)``.
  public func rewards(
    of completions: [[String]], after prompts: [String]
  ) throws -> [[Double]] {
    var distinct = DistinctTexts()
    let places = zip(prompts, completions).map { prompt, completions in
      completions.map { distinct.place(of: prompt + $0) }
    }
    guard !distinct.texts.isEmpty else { return completions.map { _ in [] } }
    let rewards = try rewards(of: distinct.texts)
    guard rewards.count == distinct.texts.count else {
      throw PolicyError.rewardCount(
        name: name, texts: distinct.texts.count, values: rewards.count)
    }
    return places.map { $0.map { rewards[$0] } }
  }
}
