import Foundation

/// Best-of-n sampling: draw n times from a reference policy, keep the highest reward.
public enum BestOf {
  /// The weight of each order statistic, smallest first, in the unbiased estimate of a best-of-n
  /// mean from a pool of N ≥ n samples: (i−1 over n−1)/(N over n) for the i-th smallest.
  ///
  /// From the largest, n/N, downwards by the quotient of neighbours: no coefficient can overflow,
  /// and every weight keeps full precision. Nil unless 1 ≤ n ≤ N.
  public static func weights(_ n: Int, of pool: Int) -> [Double]? {
    guard n >= 1, n <= pool else { return nil }
    var weights = [Double](repeating: 0, count: pool)
    var weight = Double(n) / Double(pool)
    for place in stride(from: pool, through: n, by: -1) {
      weights[place - 1] = weight
      weight *= Double(place - n) / Double(max(place - 1, 1))
    }
    return weights
  }

  /// The weight of each sample, in the order given; samples of equal reward share theirs evenly,
  /// as a tie broken at random would. Nil unless 1 ≤ n ≤ samples, or where a reward is NaN.
  public static func weights(_ n: Int, rewards: [Double]) -> [Double]? {
    guard !rewards.contains(where: \.isNaN), let weights = weights(n, of: rewards.count) else {
      return nil
    }
    let order = rewards.indices.sorted { (rewards[$0], $0) < (rewards[$1], $1) }
    var result = rewards
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, rewards[order[end]] == rewards[order[start]] { end += 1 }
      let share = weights[start..<end].reduce(0, +) / Double(end - start)
      for index in order[start..<end] { result[index] = share }
      start = end
    }
    return result
  }

  /// The mean of `metric` over best-of-n draws chosen by `rewards`, from one pool; the two lists
  /// run over the same samples, and may be the same. Nil as ``weights(_:rewards:)``, for lists of
  /// different length, or where the mean is not finite.
  public static func mean(_ n: Int, rewards: [Double], metric: [Double]) -> Double? {
    guard rewards.count == metric.count, let weights = weights(n, rewards: rewards) else {
      return nil
    }
    var sum = 0.0
    for (weight, value) in zip(weights, metric) where weight > 0 { sum += weight * value }
    return sum.isFinite ? sum : nil
  }

  /// log n − (n − 1)/n, in nats: an upper bound on KL(best-of-n ∥ reference), reached when rewards
  /// are continuous; loose where single responses are likely. Nil for n below 1.
  public static func klBound(_ n: Int) -> Double? {
    n >= 1 ? log(Double(n)) - Double(n - 1) / Double(n) : nil
  }

  /// n/(n + 1), the highest win rate against one reference sample; nil for n below 1.
  public static func winRateBound(_ n: Int) -> Double? {
    n >= 1 ? Double(n) / Double(n + 1) : nil
  }

  /// One draw's term of an estimate of KL(best-of-n ∥ reference), in nats, from the reference
  /// log-probability of the selected response; average it over draws. Tighter than
  /// ``klBound(_:)``, which it becomes for improbable responses. Nil for n below 1 or a
  /// log-probability that is NaN or above 0.
  ///
  /// Source: Beirami et al. 2024, "Theoretical guarantees on the best-of-n alignment policy".
  public static func klTerm(_ n: Int, logProbability: Double) -> Double? {
    guard let bound = klBound(n), logProbability <= 0 else { return nil }
    let probability = exp(logProbability)
    // A response of vanishing probability, where the second term's quotient tends to n and its
    // factor to 0.
    guard probability > 0 else { return bound }
    guard probability < 1 else { return 0 }
    let count = Double(n)
    let logMissed = count * log1p(-probability)
    let hit = -expm1(logMissed)
    let first = exp(logMissed) * (bound + (count - 1) * log1p(-probability))
    return first + hit * (log(hit) - logProbability)
  }

  /// The exact best-of-n distribution over a finite set of responses: F(y)ⁿ − F⁻(y)ⁿ, ties sharing
  /// in proportion to the reference. Nil unless n ≥ 1, the lists have one length, probabilities are
  /// not negative and sum to 1, and no reward is NaN.
  public static func distribution(
    _ n: Int, probabilities: [Double], rewards: [Double]
  ) -> [Double]? {
    guard n >= 1, probabilities.count == rewards.count, !rewards.contains(where: \.isNaN),
      probabilities.allSatisfy({ $0 >= 0 }), abs(probabilities.reduce(0, +) - 1) < 1e-9
    else { return nil }
    return rewards.indices.map { index in
      var below = 0.0
      var equal = 0.0
      for other in rewards.indices {
        if rewards[other] < rewards[index] { below += probabilities[other] }
        if rewards[other] == rewards[index] { equal += probabilities[other] }
      }
      guard equal > 0 else { return 0 }
      let mass = pow(below + equal, Double(n)) - pow(below, Double(n))
      return mass * probabilities[index] / equal
    }
  }
}
