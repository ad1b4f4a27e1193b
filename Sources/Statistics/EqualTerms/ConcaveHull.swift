/// The most reward that mixtures of a method's policies have at a KL: the upper concave hull of their
/// points.
///
/// Its corners are the luckiest points as well as the best. What it says of the data that drew it is
/// too good (``EqualTerms``): it chooses, and other data measure what was chosen.
public struct ConcaveHull: Sendable, Equatable {
  public struct Point: Sendable, Equatable {
    /// In nats.
    public var kl: Double
    public var reward: Double

    public init(kl: Double, reward: Double) {
      self.kl = kl
      self.reward = reward
    }
  }

  public let points: [Point]
  /// Places of the corners among ``points``, from the least KL to the greatest reward.
  public let corners: [Int]
  /// From the least to the greatest KL of any point.
  public let reach: ClosedRange<Double>

  /// - Returns: nil without points, or for one that is not finite.
  public init?(_ points: [Point]) {
    guard let least = points.map(\.kl).min(), let most = points.map(\.kl).max(),
      points.allSatisfy({ $0.kl.isFinite && $0.reward.isFinite })
    else { return nil }
    self.points = points
    reach = least...most
    // By KL, of equal KL the greater reward first, then the first given.
    let order = points.indices.sorted {
      (points[$0].kl, -points[$0].reward, $0) < (points[$1].kl, -points[$1].reward, $1)
    }
    var chain: [Int] = []
    for place in order {
      let point = points[place]
      // Reward that costs more KL and is no greater is no corner.
      if let last = chain.last, point.reward <= points[last].reward { continue }
      while chain.count > 1 {
        let (first, second) = (points[chain[chain.count - 2]], points[chain[chain.count - 1]])
        let before = (second.reward - first.reward) * (point.kl - first.kl)
        let after = (point.reward - first.reward) * (second.kl - first.kl)
        guard before <= after else { break }
        chain.removeLast()
      }
      chain.append(place)
    }
    corners = chain
  }

  /// The mixture of most reward whose KL is at most a cap; nil for a cap outside ``reach``.
  public func mixture(atMost cap: Double) -> Mixture? {
    guard reach.contains(cap), let first = corners.first, let last = corners.last else {
      return nil
    }
    if cap >= points[last].kl { return Mixture([Mixture.Part(point: last, weight: 1)]) }
    for (left, right) in zip(corners, corners.dropFirst()) where cap <= points[right].kl {
      let share = (cap - points[left].kl) / (points[right].kl - points[left].kl)
      return Mixture([
        Mixture.Part(point: left, weight: 1 - share), Mixture.Part(point: right, weight: share),
      ])
    }
    return Mixture([Mixture.Part(point: first, weight: 1)])
  }

  /// The mixture of least KL that reaches a reward; nil for one that no corner reaches, or that every
  /// policy exceeds.
  public func mixture(reaching reward: Double) -> Mixture? {
    for (left, right) in zip(corners, corners.dropFirst()) {
      let (low, high) = (points[left].reward, points[right].reward)
      guard (low...high).contains(reward) else { continue }
      let share = (reward - low) / (high - low)
      return Mixture([
        Mixture.Part(point: left, weight: 1 - share), Mixture.Part(point: right, weight: share),
      ])
    }
    return nil
  }

  /// The weights with which the corners make up the mean reward over all caps from the least KL to
  /// `cap`: the area under the hull by its width. Nil for a cap outside ``reach``, or for none.
  public func average(upTo cap: Double) -> Mixture? {
    guard reach.contains(cap), let first = corners.first, let last = corners.last else {
      return nil
    }
    let start = points[first].kl
    guard cap > start else { return nil }
    var weights: [Int: Double] = [:]
    for (left, right) in zip(corners, corners.dropFirst()) {
      let (low, high) = (points[left].kl, points[right].kl)
      let end = min(cap, high)
      guard end > low else { break }
      // ∫ of the line between the two: its mean position is half of the way that is gone.
      let share = (end - low) / (high - low) / 2
      weights[left, default: 0] += (end - low) * (1 - share)
      weights[right, default: 0] += (end - low) * share
    }
    if cap > points[last].kl { weights[last, default: 0] += cap - points[last].kl }
    return Mixture(
      corners.map { Mixture.Part(point: $0, weight: (weights[$0] ?? 0) / (cap - start)) })
  }
}
