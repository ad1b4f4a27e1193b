import Runs
import Statistics

extension JudgedShare {
  public init(_ estimate: Estimate) {
    self.init(
      value: estimate.value, low: estimate.interval?.low, high: estimate.interval?.high,
      count: estimate.count, prompts: estimate.clusters, basis: estimate.basis?.words)
  }

  /// The mean of shares over prompts; nil without any.
  ///
  /// - Parameter shares: with the id of the prompt of each.
  static func of(
    _ shares: [(id: String, share: Double)], _ inference: Inference
  ) -> JudgedShare? {
    let rows = Dictionary(grouping: shares) { ByteText($0.id) }.sorted { $0.key < $1.key }
    return inference.share(rows.map { $0.value.map(\.share) }).map(JudgedShare.init)
  }
}
