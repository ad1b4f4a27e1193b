/// How much the reward of what is chosen would change if it were chosen anew, on other seeds and prompts.
///
/// Two trainings of one method choose different mixtures, whose true rewards differ: without this part a
/// method is told apart from itself too often (`benchmarks/equal-kl`: in 8 % of sets for 5 %).
///
/// Seeds and prompts of the selection are drawn with replacement, mixtures chosen from what the draw
/// says, and valued by the whole selection; the mean square of what they lose or win against the choice
/// of the whole is the variance. Values of the whole scatter more than true ones, so that it is rather
/// too large.
public struct ChoiceLuck: Sendable {
  public var resamples: Int
  public var seed: UInt64

  public init(resamples: Int = 200, seed: UInt64 = 1) {
    self.resamples = resamples
    self.seed = seed
  }

  /// - Parameters:
  ///   - rewards: of every point that can be chosen, `[point][seed][prompt]`; a single seed stands beside
  ///     every seed of the others.
  ///   - kls: likewise.
  /// - Returns: the variance of the reward at every cap; 0 for a cap out of reach.
  public func variances(
    rewards: [[[Double]]], kls: [[[Double]]], caps: [Double]
  ) -> [Double] {
    let seeds = rewards.map(\.count).max() ?? 0
    let prompts = rewards.first?.first?.count ?? 0
    func point(_ place: Int, _ rows: [Int], _ columns: [Int]) -> ConcaveHull.Point {
      func mean(_ table: [[Double]]) -> Double {
        var sum = 0.0
        for row in rows {
          let values = table[table.count == 1 ? 0 : row]
          for column in columns { sum += values[column] }
        }
        return sum / Double(rows.count * columns.count)
      }
      return ConcaveHull.Point(kl: mean(kls[place]), reward: mean(rewards[place]))
    }
    let whole = rewards.indices.map { point($0, Array(0..<seeds), Array(0..<prompts)) }
    guard seeds > 0, prompts > 0, let hull = ConcaveHull(whole) else { return caps.map { _ in 0 } }
    func value(_ mixture: Mixture) -> Double {
      mixture.parts.reduce(0) { $0 + $1.weight * whole[$1.point].reward }
    }
    let chosen = caps.map { hull.mixture(atMost: $0).map(value) }
    var squares = caps.map { _ in 0.0 }
    var counts = caps.map { _ in 0 }
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<resamples {
      let rows = (0..<seeds).map { _ in generator.index(below: seeds) }
      let columns = (0..<prompts).map { _ in generator.index(below: prompts) }
      guard let drawn = ConcaveHull(rewards.indices.map { point($0, rows, columns) }) else {
        continue
      }
      for (place, cap) in caps.enumerated() {
        guard let best = chosen[place], let mixture = drawn.mixture(atMost: cap) else { continue }
        let loss = best - value(mixture)
        squares[place] += loss * loss
        counts[place] += 1
      }
    }
    // A mean of S draws out of S scatters by (S − 1)/S of what it should.
    let scale = seeds > 1 ? Double(seeds) / Double(seeds - 1) : 1
    return zip(squares, counts).map { $1 > 0 ? scale * $0 / Double($1) : 0 }
  }
}
