import Torch

/// The orders, best first, that the rewards of a group allow: one without ties, all orders of equal
/// rewards otherwise.
enum Ranking {
  /// How many orders there are; `Int.max` where they are beyond counting.
  static func orderCount(of rewards: [Double]) -> Int {
    sizes(of: rewards).reduce(1) { count, size in
      (1...size).reduce(count) {
        let (product, isTooLarge) = $0.multipliedReportingOverflow(by: $1)
        return isTooLarge ? Int.max : product
      }
    }
  }

  /// Every order as the rank of each candidate.
  static func orders(of rewards: [Double]) -> [[Int]] {
    var orders: [[Int]] = [[]]
    for reward in Set(rewards).sorted(by: >) {
      let tied = rewards.indices.filter { rewards[$0] == reward }
      orders = orders.flatMap { order in permutations(of: tied).map { order + $0 } }
    }
    return orders.map { order in
      var ranks = [Int](repeating: 0, count: order.count)
      for (rank, candidate) in order.enumerated() { ranks[candidate] = rank }
      return ranks
    }
  }

  /// Ranks `[prompt, candidate]` with the weight `[prompt]` of each, as many as the prompt with the
  /// most orders has; absent candidates rank 0, prompts with fewer orders weigh 0 in the rest.
  static func ranks(
    of candidates: Candidates, _ lists: [[Double]]
  ) throws(TorchError) -> [(ranks: Tensor, weight: Tensor)] {
    let (prompts, width) = try candidates.policy.sizes("prompt", "candidate")
    let type = candidates.policy.type
    let device = candidates.policy.device
    let present: [Bool] = try candidates.valid.values()
    let orders = lists.map(orders)
    var found: [(ranks: Tensor, weight: Tensor)] = []
    for number in 0..<(orders.map(\.count).max() ?? 1) {
      var ranks = [Double](repeating: 0, count: prompts * width)
      var weights = [Double](repeating: 0, count: prompts)
      for prompt in 0..<prompts where number < orders[prompt].count {
        weights[prompt] = 1 / Double(orders[prompt].count)
        let places = (prompt * width..<(prompt + 1) * width).filter { present[$0] }
        for (place, rank) in zip(places, orders[prompt][number]) { ranks[place] = Double(rank) }
      }
      found.append(
        (
          try Tensor.of(ranks, [prompts, width], on: device).converted(to: type),
          try Tensor.of(weights, on: device).converted(to: type)
        ))
    }
    return found
  }

  /// Sizes of the groups of equal rewards.
  private static func sizes(of rewards: [Double]) -> [Int] {
    Array(Dictionary(grouping: rewards) { $0 }.values.map(\.count))
  }

  private static func permutations(of items: [Int]) -> [[Int]] {
    guard items.count > 1 else { return [items] }
    return items.flatMap { first in
      permutations(of: items.filter { $0 != first }).map { [first] + $0 }
    }
  }
}
