/// The same responses before other oracles.
extension World {
  /// An oracle that gives 1 − P in the place of P with probability f: P' = (1 − 2f) P + f.
  public func flipped(_ share: Double) -> World {
    judged { (1 - 2 * share) * wins[$0][$1] + share }
  }

  /// Several oracles, each of which answers its share of the questions: the mean of their preferences.
  ///
  /// - Parameter others: worlds of these responses, each with its weight beside the 1 that all weights
  ///   add up to.
  public func mixed(with others: [(weight: Double, world: World)]) -> World {
    let own = 1 - others.reduce(0) { $0 + $1.weight }
    return judged { row, column in
      others.reduce(own * wins[row][column]) { $0 + $1.weight * $1.world.wins[row][column] }
    }
  }

  private func judged(_ wins: (Int, Int) -> Double) -> World {
    World(
      reference: reference, rewards: rewards,
      wins: reference.indices.map { row in reference.indices.map { wins(row, $0) } })
  }
}
