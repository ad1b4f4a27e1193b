/// Battles of each cluster, summed over those of the same two players: strengths see of battles no more than how
/// many points two players took from each other, so a resample is as large as the pairs that met.
struct PairSums {
  private struct Part {
    let pair: Int
    let weight: Double
    let won: Double
  }

  private var players: [(first: Int, second: Int)] = []
  private var groups: [[Part]] = []

  init(_ groups: [[Battle]]) {
    struct Players: Hashable {
      let first: Int
      let second: Int
    }
    var places: [Players: Int] = [:]
    for group in groups {
      self.groups.append(
        group.map { battle in
          let isTurned = battle.second < battle.first
          let pair = Players(
            first: min(battle.first, battle.second), second: max(battle.first, battle.second))
          let place = places[pair] ?? players.count
          if place == players.count {
            places[pair] = place
            players.append((pair.first, pair.second))
          }
          return Part(
            pair: place, weight: battle.weight,
            won: battle.weight * (isTurned ? 1 - battle.score : battle.score))
        })
    }
  }

  /// One battle for each two players that met in the chosen groups.
  ///
  /// - Parameter chosen: places of groups; one that stands there twice counts twice.
  func battles(of chosen: [Int]) -> [Battle] {
    var weights = [Double](repeating: 0, count: players.count)
    var won = weights
    for group in chosen {
      for part in groups[group] {
        weights[part.pair] += part.weight
        won[part.pair] += part.won
      }
    }
    return players.indices.filter { weights[$0] > 0 }.map { pair in
      Battle(
        first: players[pair].first, second: players[pair].second,
        score: won[pair] / weights[pair], weight: weights[pair], cluster: 0)
    }
  }
}
