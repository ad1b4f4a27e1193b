import Foundation

/// The game of several players: a policy meets itself and others, each with its weight.
extension World {
  /// Policies that do not move, each with its weight beside the one of the current policy; all add up
  /// to 1.
  public typealias Others = [(weight: Double, policy: [Double])]

  /// μ: the policy's own share of itself, and the others.
  public func mixture(of policy: [Double], _ others: Others) -> [Double] {
    let own = 1 - others.reduce(0) { $0 + $1.weight }
    return policy.indices.map { place in
      others.reduce(own * policy[place]) { $0 + $1.weight * $1.policy[place] }
    }
  }

  /// The policy that is its own best answer to the mixture it plays in: π_ref exp(P(y ≻ μ) / τ),
  /// approached in damped steps until a step moves no logarithm by 1e-14.
  public func equilibrium(tau: Double, _ others: Others) -> [Double] {
    var policy = reference
    let damping = min(0.02, tau / 20)
    for _ in 0..<200_000 {
      let best = bestResponse(to: mixture(of: policy, others), tau: tau)
      let next = Distribution.normalised(
        zip(policy, best).map { (1 - damping) * log($0) + damping * log($1) })
      let moved = zip(policy, next).map { abs(log($0) - log($1)) }.max() ?? 0
      policy = next
      if moved < 1e-14 { break }
    }
    return policy
  }

  /// One step of mirror descent as ``mirrorStep(_:eta:tau:)``, with win rates against μ.
  public func mirrorStep(
    _ policy: [Double], against opponents: [Double], eta: Double, tau: Double
  ) -> [Double] {
    let rates = winRates(against: opponents)
    return Distribution.normalised(
      policy.indices.map {
        rates[$0] / eta + tau / eta * logReference[$0] + (1 - tau / eta) * log(policy[$0])
      })
  }

  /// Pairs of independent draws of a policy as rounds with opponents label them: a pair that is dealt
  /// to the policy itself is compared, and one that is dealt to another meets one answer z of it, has the
  /// label ½ + (P(y ≻ z) − P(y' ≻ z))/2 and a stake of 2.
  ///
  /// - Parameter stake: of pairs that met another; 2 but to see what a wrong one does.
  public func pairs(
    from policy: [Double], against others: Others, previous: [Double]? = nil, stake: Double = 2
  ) -> Population {
    let own = 1 - others.reduce(0) { $0 + $1.weight }
    var groups: [[Int]] = []
    var (weights, labels, stakes): ([Double], [Double], [Double]) = ([], [], [])
    for pair in tuples(2) {
      let drawn = policy[pair[0]] * policy[pair[1]]
      groups.append(pair)
      weights.append(own * drawn)
      labels.append(wins[pair[0]][pair[1]])
      stakes.append(1)
      for other in others {
        for answer in policy.indices {
          groups.append(pair)
          weights.append(other.weight * other.policy[answer] * drawn)
          labels.append((1 + wins[pair[0]][answer] - wins[pair[1]][answer]) / 2)
          stakes.append(stake)
        }
      }
    }
    var population = Population(
      self, groups: groups, weights: weights, preference: labels, previous: previous)
    population.stakes = stakes
    population.opponents = mixture(of: policy, others)
    return population
  }
}
