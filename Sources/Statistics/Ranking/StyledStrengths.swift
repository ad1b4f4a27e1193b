import Foundation

/// Strengths at equal style: P(i beats j) = σ(θᵢ − θⱼ + γ·z), z the differences in length and markup of
/// the two answers, by maximum likelihood.
///
/// As ``BradleyTerry`` otherwise: ties have a score of ½, strengths are centred on 0, and players that
/// never lost or never won get its prior. The features are those of ``StyleControl``'s version 2, scaled
/// to a root mean square of 1 about 0: which of the two systems is named first changes nothing, and
/// where both answers are alike in style, z is 0.
///
/// Source: Li et al. 2024, "Does style matter? Disentangling style and substance in Chatbot Arena".
/// Differs: nothing is penalised; strengths are those at equal style, not at the mean difference.
public struct StyledStrengths: Sendable, Equatable {
  /// In logits, mean 0.
  public let strengths: [Double]
  /// Of length, headers, lists and bold, in logits per standard deviation; 0 for what never differs.
  public let coefficients: [Double]
  public let prior: Double

  /// Names of the features, in their order.
  public static let features = ["length", "headers", "lists", "bold"]

  /// - Parameter battles: with ``Battle/style``, the four differences of each; not scaled yet.
  /// - Returns: nil as ``BradleyTerry/init(_:players:prior:)``, and where style and strength cannot be
  ///   told apart or no style differs.
  public init?(_ battles: [Battle], players: Int) {
    guard players > 1, !battles.isEmpty, Battle.areValid(battles, players: players),
      let scaled = Self.scaled(battles)
    else { return nil }
    let prior =
      WinGraph.isStronglyConnected(battles, players: players) ? 0 : BradleyTerry.defaultPrior
    guard let found = Self.fit(scaled, players, prior, nil) else { return nil }
    (strengths, coefficients) = found.parts(players)
    self.prior = prior
  }

  /// Battles whose features have a root mean square of 1; nil where no feature of any differs from 0.
  static func scaled(_ battles: [Battle]) -> [Battle]? {
    let count = Double(battles.count)
    let sizes = features.indices.map { place in
      (battles.reduce(0) { $0 + $1.style[place] * $1.style[place] } / count).squareRoot()
    }
    guard sizes.contains(where: { $0 > 0 }) else { return nil }
    return battles.map { battle in
      var battle = battle
      battle.style = zip(battle.style, sizes).map { $1 > 0 ? $0 / $1 : 0 }
      return battle
    }
  }

  /// Where the likelihood is greatest: strengths, then coefficients.
  struct Point: Equatable {
    var values: [Double]

    func parts(_ players: Int) -> (strengths: [Double], coefficients: [Double]) {
      let own = values.prefix(players)
      let mean = own.reduce(0, +) / Double(players)
      return (own.map { $0 - mean }, Array(values.dropFirst(players)))
    }
  }

  static func fit(
    _ battles: [Battle], _ players: Int, _ prior: Double, _ start: Point?
  ) -> Point? {
    // Beyond 50 a strength is on its way to infinity: style tells the winner of every battle.
    let found = Newton.maximum(
      from: start?.values ?? [Double](repeating: 0, count: players + features.count), limit: 50,
      tolerance: 1e-7, of: { logLikelihood(battles, $0, players, prior) },
      derivatives: { derivatives(battles, $0, players, prior) })
    guard let found, found.hasConverged else { return nil }
    // Where all that differs in a feature is decided beyond doubt, the likelihood is flat and its top far away.
    for place in features.indices {
      var (bend, spread) = (0.0, 0.0)
      for battle in battles {
        let square = battle.weight * battle.style[place] * battle.style[place]
        let probability = Logistic.probability(logit(battle, found.point, players))
        bend += square * probability * (1 - probability)
        spread += square
      }
      guard spread == 0 || bend > 1e-8 * spread else { return nil }
    }
    return Point(values: found.point)
  }

  private static func logit(_ battle: Battle, _ values: [Double], _ players: Int) -> Double {
    var logit = values[battle.first] - values[battle.second]
    for place in features.indices { logit += values[players + place] * battle.style[place] }
    return logit
  }

  private static func logLikelihood(
    _ battles: [Battle], _ values: [Double], _ players: Int, _ prior: Double
  ) -> Double {
    var sum = 0.0
    for battle in battles {
      let logit = logit(battle, values, players)
      sum += battle.weight * (battle.score * logit - Logistic.softplus(logit))
    }
    for strength in values.prefix(players) where prior > 0 {
      sum += prior * (strength - 2 * Logistic.softplus(strength))
    }
    return sum
  }

  /// As ``BradleyTerry/derivatives(_:_:_:)``; a feature that never differs keeps its coefficient.
  private static func derivatives(
    _ battles: [Battle], _ values: [Double], _ players: Int, _ prior: Double
  ) -> (gradient: [Double], curvature: SymmetricMatrix) {
    let size = values.count
    var gradient = [Double](repeating: 0, count: size)
    var curvature = SymmetricMatrix(size: size)
    // Of one battle: its two players and the features, with their signs and sizes.
    var places = [0, 0] + features.indices.map { players + $0 }
    var signs = [1.0, -1.0] + [Double](repeating: 0, count: features.count)
    for battle in battles {
      (places[0], places[1]) = (battle.first, battle.second)
      for feature in features.indices { signs[2 + feature] = battle.style[feature] }
      let probability = Logistic.probability(logit(battle, values, players))
      let slope = battle.weight * (battle.score - probability)
      let bend = battle.weight * probability * (1 - probability)
      for (place, sign) in zip(places, signs) where sign != 0 {
        gradient[place] += slope * sign
        for (other, factor) in zip(places, signs) where factor != 0 {
          curvature[place, other] += bend * sign * factor
        }
      }
    }
    for player in 0..<players {
      let probability = Logistic.probability(values[player])
      gradient[player] += prior * (1 - 2 * probability)
      curvature[player, player] += 2 * prior * probability * (1 - probability)
      guard prior == 0 else { continue }
      for other in 0..<players { curvature[player, other] += 1 / Double(players) }
    }
    for place in players..<size where curvature[place, place] == 0 { curvature[place, place] = 1 }
    return (gradient, curvature)
  }
}
