import Foundation

/// Strengths θ of players from comparisons: P(i beats j) = σ(θᵢ − θⱼ), by maximum likelihood.
///
/// Maximises Σ w·(s·log σ(θᵢ − θⱼ) + (1 − s)·log σ(θⱼ − θᵢ)) by Newton's method; a tie has s = ½.
/// Strengths are in logits and centred on 0.
///
/// Source: Bradley and Terry 1952, "Rank analysis of incomplete block designs".
public struct BradleyTerry: Sendable, Equatable {
  /// Wins and losses that each player is given against an average one when the maximum would
  /// otherwise be infinite.
  public static let defaultPrior = 0.5

  public let strengths: [Double]
  /// Wins and losses of the prior that was used; 0 when the data alone decide. To be reported.
  public let prior: Double
  /// Of the strengths, from the sandwich H⁺GH⁺ with the scores summed by cluster; nil for one
  /// cluster.
  public let standardErrors: [Double]?

  /// - Parameters:
  ///   - prior: virtual wins and as many losses against an average player; nil takes none where the
  ///     win graph is strongly connected and ``defaultPrior`` where it is not.
  /// - Returns: nil without battles, for a battle that cannot be, or where the maximum is infinite
  ///   and no prior was allowed.
  public init?(_ battles: [Battle], players: Int, prior: Double? = nil) {
    guard players > 1, !battles.isEmpty, Battle.areValid(battles, players: players) else {
      return nil
    }
    let isConnected = WinGraph.isStronglyConnected(battles, players: players)
    let prior = prior ?? (isConnected ? 0 : Self.defaultPrior)
    guard prior > 0 || isConnected && prior == 0,
      let strengths = Self.fit(battles, players, prior, nil)
    else { return nil }
    self.strengths = strengths
    self.prior = prior
    standardErrors = Self.sandwich(battles, strengths, prior)
  }

  /// 400·θ/ln 10 + 1000: strengths as Elo ratings, of mean 1000.
  public var ratings: [Double] { strengths.map(Self.rating) }

  public static func rating(_ strength: Double) -> Double { 400 * strength / log(10.0) + 1000 }

  /// P(first beats second).
  public func probability(_ first: Int, over second: Int) -> Double {
    Logistic.probability(strengths[first] - strengths[second])
  }

  // MARK: Fitting

  static func fit(
    _ battles: [Battle], _ players: Int, _ prior: Double, _ start: [Double]?
  ) -> [Double]? {
    guard
      let found = Newton.maximum(
        from: start ?? [Double](repeating: 0, count: players), limit: LogisticFit.limit,
        tolerance: 1e-11, of: { logLikelihood(battles, $0, prior) },
        derivatives: { derivatives(battles, $0, prior) })
    else { return nil }
    let mean = found.point.reduce(0, +) / Double(players)
    return found.point.map { $0 - mean }
  }

  private static func logLikelihood(
    _ battles: [Battle], _ strengths: [Double], _ prior: Double
  ) -> Double {
    var sum = 0.0
    for battle in battles {
      let logit = strengths[battle.first] - strengths[battle.second]
      sum += battle.weight * (battle.score * logit - Logistic.softplus(logit))
    }
    for strength in strengths where prior > 0 {
      sum += prior * (strength - 2 * Logistic.softplus(strength))
    }
    return sum
  }

  /// The slope of the log-likelihood and its negative curvature, on which the direction that
  /// shifts all players is given curvature 1: it changes no probability, and the step keeps off it.
  static func derivatives(
    _ battles: [Battle], _ strengths: [Double], _ prior: Double
  ) -> (gradient: [Double], curvature: SymmetricMatrix) {
    let players = strengths.count
    var gradient = [Double](repeating: 0, count: players)
    var curvature = SymmetricMatrix(size: players)
    for battle in battles {
      let (first, second) = (battle.first, battle.second)
      let probability = Logistic.probability(strengths[first] - strengths[second])
      let slope = battle.weight * (battle.score - probability)
      gradient[first] += slope
      gradient[second] -= slope
      let bend = battle.weight * probability * (1 - probability)
      curvature[first, first] += bend
      curvature[second, second] += bend
      curvature[first, second] -= bend
      curvature[second, first] -= bend
    }
    for player in 0..<players {
      let probability = Logistic.probability(strengths[player])
      gradient[player] += prior * (1 - 2 * probability)
      curvature[player, player] += 2 * prior * probability * (1 - probability)
      guard prior == 0 else { continue }
      for other in 0..<players { curvature[player, other] += 1 / Double(players) }
    }
    return (gradient, curvature)
  }
}
