extension BradleyTerry {
  /// Strengths with the intervals of a bootstrap over clusters; the prior stays as chosen on all.
  ///
  /// Nil as ``init(_:players:prior:)``. An interval is nil where a resample has no finite maximum,
  /// which a prior prevents.
  public static func estimates(
    _ battles: [Battle], players: Int, prior: Double? = nil,
    bootstrap: ClusterBootstrap = ClusterBootstrap(resamples: 500)
  ) -> [Estimate]? {
    let grouped = Battle.clusters(battles)
    guard
      let whole = BradleyTerry(grouped.flatMap { $0 }, players: players, prior: prior)
    else { return nil }
    return bootstrap.estimates(clusters: grouped.count, rows: battles.count) { chosen in
      let drawn = chosen.flatMap { grouped[$0] }
      guard whole.prior > 0 || WinGraph.isStronglyConnected(drawn, players: players) else {
        return [Double](repeating: .nan, count: players)
      }
      return fit(drawn, players, whole.prior, whole.strengths)
        ?? [Double](repeating: .nan, count: players)
    }
  }

  /// Standard errors of the centred strengths.
  static func sandwich(
    _ battles: [Battle], _ strengths: [Double], _ prior: Double
  ) -> [Double]? {
    let players = strengths.count
    var scores: [Int: [Double]] = [:]
    for battle in battles {
      let slope =
        battle.weight
        * (battle.score
          - Logistic.probability(strengths[battle.first] - strengths[battle.second]))
      var score = scores[battle.cluster] ?? [Double](repeating: 0, count: players)
      score[battle.first] += slope
      score[battle.second] -= slope
      scores[battle.cluster] = score
    }
    guard scores.count > 1,
      let inverse = derivatives(battles, strengths, prior).curvature.inverse()
    else { return nil }
    var variances = [Double](repeating: 0, count: players)
    for (_, score) in scores.sorted(by: { $0.key < $1.key }) {
      let influence = inverse.multiplied(by: score)
      let mean = influence.reduce(0, +) / Double(players)
      for player in 0..<players {
        variances[player] += (influence[player] - mean) * (influence[player] - mean)
      }
    }
    return variances.map { $0.squareRoot() }
  }
}
