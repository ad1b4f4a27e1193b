import Foundation

/// Elo ratings updated battle by battle: E = 1/(1 + 10^((R_b − R_a)/400)), R_a += K·(S − E).
///
/// The result depends on the order of the battles, and its last few weigh most. It is here to
/// compare with those who publish it; ``BradleyTerry`` is what to report, or at least the median
/// over many shuffled orders with their spread.
///
/// Source: Elo 1978; K = 4 and the start of 1000 are those of early chat-model leaderboards.
public struct OnlineElo: Sendable, Equatable {
  /// To be printed wherever such ratings are.
  public static let warning =
    "online Elo depends on the order of the battles; prefer Bradley–Terry"

  public private(set) var ratings: [Double]
  public let gain: Double

  public init(players: Int, gain: Double = 4, start: Double = 1000) {
    ratings = [Double](repeating: start, count: max(players, 0))
    self.gain = gain
  }

  /// Plays one battle; its weight multiplies the gain. Does nothing for one that cannot be.
  ///
  /// - Returns: whether it was played.
  @discardableResult
  public mutating func play(_ battle: Battle) -> Bool {
    guard Battle.areValid([battle], players: ratings.count) else { return false }
    let gap = ratings[battle.second] - ratings[battle.first]
    let expected = 1 / (1 + pow(10, gap / 400))
    let change = gain * battle.weight * (battle.score - expected)
    ratings[battle.first] += change
    ratings[battle.second] -= change
    return true
  }

  /// Each player's median rating over random orders, with the interval that holds 95 % of them: the
  /// spread that order alone makes. Nil without battles or for one that cannot be.
  public static func shuffled(
    _ battles: [Battle], players: Int, gain: Double = 4, orders: Int = 200, seed: UInt64 = 1
  ) -> [Estimate]? {
    guard !battles.isEmpty, orders > 1, Battle.areValid(battles, players: players) else {
      return nil
    }
    var generator = SeededGenerator(seed: seed)
    var order = battles
    var draws = [[Double]](repeating: [], count: players)
    for _ in 0..<orders {
      order.shuffle(using: &generator)
      var elo = OnlineElo(players: players, gain: gain)
      for battle in order { elo.play(battle) }
      for player in draws.indices { draws[player].append(elo.ratings[player]) }
    }
    let clusters = Set(battles.map(\.cluster)).count
    return draws.compactMap { values in
      guard let median = Sample.median(values), let low = Sample.quantile(0.025, of: values),
        let high = Sample.quantile(0.975, of: values)
      else { return nil }
      return Estimate(
        value: median, interval: Interval(low, high), count: battles.count, clusters: clusters)
    }
  }
}
