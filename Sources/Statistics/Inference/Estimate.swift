/// A number with its uncertainty.
public struct Estimate: Sendable, Equatable {
  public var value: Double
  /// Nil when none can be computed; ``basis`` says why.
  public var interval: Interval?
  /// How many values went in.
  public var count: Int
  /// How many independent groups (prompts, items) the values fall into.
  public var clusters: Int
  /// Training seeds behind each side; 1 where nothing was repeated.
  public var seeds: Int
  /// How the interval was made and what it does not cover; nil where nobody said.
  public var basis: IntervalBasis?

  public init(
    value: Double, interval: Interval?, count: Int, clusters: Int, seeds: Int = 1,
    basis: IntervalBasis? = nil
  ) {
    self.value = value
    self.interval = interval
    self.count = count
    self.clusters = clusters
    self.seeds = seeds
    self.basis = basis
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
