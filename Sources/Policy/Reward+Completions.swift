import Runs

extension Reward {
  /// Of those that read nothing but words.
  public func rewards(of exchanges: [Exchange]) throws -> [Double] {
    try rewards(of: exchanges.map(\.words))
  }

  /// The reward of each completion after its prompt, `[prompt][completion]`.
  ///
  /// Equal texts are scored once and have one reward to the last bit, so that they tie. Scored apart they
  /// might not: what a model says depends, in the last bits, on the texts that are run beside.
  ///
  /// - Parameter completions: `[prompt][completion]`.
  /// - Throws: ``PolicyError/rewardCount(name:texts:values:)``.
  public func rewards(
    of completions: [[String]], after prompts: [Dialogue]
  ) throws -> [[Double]] {
    var distinct: [Exchange] = []
    var known: [Exchange: Int] = [:]
    let places = zip(prompts, completions).map { prompt, completions in
      completions.map { completion in
        var exchange = Exchange(prompt, completion)
        // Where a text is cut in two makes no difference to it.
        if case .text = prompt { exchange = Exchange("", exchange.words) }
        if let place = known[exchange] { return place }
        known[exchange] = distinct.count
        distinct.append(exchange)
        return distinct.count - 1
      }
    }
    guard !distinct.isEmpty else { return completions.map { _ in [] } }
    let rewards = try rewards(of: distinct)
    guard rewards.count == distinct.count else {
      throw PolicyError.rewardCount(
        name: name, texts: distinct.count, values: rewards.count)
    }
    return places.map { $0.map { rewards[$0] } }
  }
}
