extension ClusterBootstrap {
  /// Several statistics of the same resamples, each with its percentile interval.
  ///
  /// - Parameter statistic: as in ``estimate(clusters:rows:leavingOut:statistic:)``, always of the
  ///   same length. BCa is not offered here: ``Method/bca`` gives nil.
  /// - Returns: nil where a statistic of all clusters is not finite or there are none.
  public func estimates(
    clusters: Int, rows: Int, statistic: ([Int]) -> [Double]
  ) -> [Estimate]? {
    guard clusters > 0, method == .percentile else { return nil }
    let values = statistic(Array(0..<clusters))
    guard values.allSatisfy(\.isFinite) else { return nil }
    var draws = [[Double]](repeating: [], count: values.count)
    if clusters > 1, resamples > 1, confidence > 0, confidence < 1 {
      var generator = SeededGenerator(seed: seed)
      var chosen = [Int](repeating: 0, count: clusters)
      for _ in 0..<resamples {
        for position in chosen.indices { chosen[position] = generator.index(below: clusters) }
        for (index, draw) in statistic(chosen).enumerated() { draws[index].append(draw) }
      }
    }
    return zip(values, draws).map { value, draws in
      var interval: Interval?
      if let low = Sample.quantile((1 - confidence) / 2, of: draws),
        let high = Sample.quantile((1 + confidence) / 2, of: draws)
      {
        interval = Interval(low, high)
      }
      return Estimate(value: value, interval: interval, count: rows, clusters: clusters)
    }
  }
}
