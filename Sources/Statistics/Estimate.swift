/// A number with its uncertainty.
public struct Estimate: Sendable, Equatable {
  public var value: Double
  /// Nil when none can be computed, for example from one cluster.
  public var interval: Interval?
  /// How many values went in.
  public var count: Int
  /// How many independent groups (prompts, seeds) the values fall into.
  public var clusters: Int

  public init(value: Double, interval: Interval?, count: Int, clusters: Int) {
    self.value = value
    self.interval = interval
    self.count = count
    self.clusters = clusters
  }

  /// value ± quantile · standard error; without an interval where the error is not known.
  init(
    value: Double, standardError: Double?, distribution: SamplingDistribution, confidence: Double,
    count: Int, clusters: Int
  ) {
    var interval: Interval?
    if let standardError,
      let factor = distribution.factor(confidence: confidence, degrees: Double(clusters - 1))
    {
      interval = Interval(value - factor * standardError, value + factor * standardError)
    }
    self.init(value: value, interval: interval, count: count, clusters: clusters)
  }
}
