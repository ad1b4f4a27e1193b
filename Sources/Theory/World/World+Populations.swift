import Foundation

/// The populations that methods learn from.
extension World {
  /// Every tuple of `count` responses.
  public func tuples(_ count: Int) -> [[Int]] {
    (0..<count).reduce([[]]) { tuples, _ in
      tuples.flatMap { tuple in (0..<self.count).map { tuple + [$0] } }
    }
  }

  /// Every multiset of `count` responses, in rising order.
  public func multisets(_ count: Int) -> [[Int]] {
    (0..<count).reduce([[]]) { sets, _ in
      sets.flatMap { set in ((set.last ?? 0)..<self.count).map { set + [$0] } }
    }
  }

  /// K independent draws of the reference. Their order does not matter to objectives on groups, so
  /// groups that differ in it alone are taken together, which allows K of some dozens.
  public func groups(_ count: Int) -> Population {
    let groups = multisets(count)
    let weights = groups.map { group in
      // The probability of one order, times the number of orders: one factor for each place.
      var weight = 1.0
      for (place, response) in group.enumerated() {
        let repeated = group[...place].count { $0 == response }
        weight *= reference[response] * Double(place + 1) / Double(repeated)
      }
      return weight
    }
    return Population(self, groups: groups, weights: weights)
  }

  /// The one group in which every response stands as often as the reference says: K → ∞.
  ///
  /// - Parameter parts: how many candidates; each probability times it must be whole.
  public func proportional(_ parts: Int = 10) -> Population {
    let group = reference.indices.flatMap {
      Array(repeating: $0, count: Int((reference[$0] * Double(parts)).rounded()))
    }
    precondition(group.count == parts, "\(parts) candidates stand for the reference")
    return Population(self, groups: [group], weights: [1])
  }

  /// Ordered pairs of independent draws, labelled by ``wins``.
  ///
  /// - Parameters:
  ///   - second: what the second of a pair is drawn from; the first's distribution when missing.
  ///   - previous: π_t.
  public func pairs(
    from first: [Double], and second: [Double]? = nil, previous: [Double]? = nil
  ) -> Population {
    let pairs = tuples(2)
    let second = second ?? first
    return Population(
      self, groups: pairs, weights: pairs.map { first[$0[0]] * second[$0[1]] },
      preference: pairs.map { wins[$0[0]][$0[1]] }, previous: previous)
  }

  /// The pairs of best and worst of K draws from π_t, ranked by their win rate against π_t, judged
  /// once. Draws that are all the same response give no pair.
  public func bestAndWorst(of count: Int, from policy: [Double]) -> Population {
    let rates = winRates(against: policy)
    var weights: [[Int]: Double] = [:]
    for tuple in tuples(count) {
      let order = tuple.sorted { (rates[$0], $0) < (rates[$1], $1) }
      let pair = [order[count - 1], order[0]]
      guard pair[0] != pair[1] else { continue }
      weights[pair, default: 0] += tuple.reduce(1) { $0 * policy[$1] }
    }
    let pairs = weights.keys.sorted { $0.lexicographicallyPrecedes($1) }
    let total = pairs.reduce(0) { $0 + (weights[$1] ?? 0) }
    return Population(
      self, groups: pairs, weights: pairs.map { (weights[$0] ?? 0) / total },
      preference: pairs.map { wins[$0[0]][$0[1]] }, previous: policy)
  }

  /// Every response once, alone, with its probability.
  public func singles(from policy: [Double], previous: [Double]? = nil) -> Population {
    Population(self, groups: tuples(1), weights: policy, previous: previous)
  }
}
