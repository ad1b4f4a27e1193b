import Testing
import Torch

@testable import Training

/// What every on-policy method promises, as functions that say how a promise is broken, or nil.
enum RolloutContracts {
  static let samples = 3
  static let limit = 6

  /// Four prompts with three completions of one to six tokens each.
  struct Numbers {
    var episodes: [Episode]
    /// log π of the policy being trained, near that of the old one.
    var policy: [[Double]]

    init(moved: Double = 0.1) throws {
      let random = try Generator(seed: 9, stream: "rollouts")
      func drawn(_ count: Int, _ mean: Double, _ deviation: Double) throws -> [Double] {
        try random.normal([count], deviation: deviation, type: .float64).values().map { mean + $0 }
      }
      episodes = []
      policy = []
      for index in 0..<4 * samples {
        let length = 1 + index * 5 % limit
        let old = try drawn(length, -1.5, 0.4)
        let reference = try zip(old, drawn(length, 0, 0.2)).map { $0 + $1 }
        episodes.append(
          Episode(
            old: old, reference: reference, values: try drawn(length, 0.2, 0.3),
            reward: try drawn(1, 0.4, 1)[0]))
        policy.append(try zip(old, drawn(length, 0, 1)).map { $0 + moved * $1 })
      }
    }

    func rollout(
      _ method: some RolloutObjective, kl: Double = 0.3, type: ElementType = .float64,
      behind: Double = 0, wider: Int = 0, only chosen: [Int]? = nil
    ) throws -> Rollout {
      let all = method.credit(episodes, samples: samples, kl: kl)
      let members = chosen ?? Array(episodes.indices)
      let time = limit + wider
      let rows = members.flatMap { index in
        policy[index] + [Double](repeating: behind, count: time - policy[index].count)
      }
      let tensor = try Tensor.of(rows, [members.count, time]).converted(to: type)
      try tensor.requireGradient()
      return try Rollout(
        policy: tensor, members.map { episodes[$0] }, members.map { all[$0] }, limit: limit, kl: kl)
    }
  }

  private static func differ(
    _ found: [Double], _ expected: [Double], _ tolerance: Double, _ what: String
  ) -> String? {
    let same =
      found.count == expected.count
      && zip(found, expected).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
    return same ? nil : "\(what): found \(found), expected \(expected)"
  }

  private static func losses(
    _ method: some RolloutObjective, _ rollout: Rollout
  ) throws -> [Double] {
    try method.losses(rollout).values()
  }

  /// Of the summed losses in log π, `[sample · time]`.
  private static func gradient(
    _ method: some RolloutObjective, _ numbers: Numbers, kl: Double = 0.3, behind: Double = 0
  ) throws -> [Double] {
    let all = method.credit(numbers.episodes, samples: samples, kl: kl)
    let rows = numbers.policy.flatMap { $0 + [Double](repeating: behind, count: limit - $0.count) }
    let tensor = try Tensor.of(rows, [numbers.policy.count, limit])
    try tensor.requireGradient()
    let rollout = try Rollout(policy: tensor, numbers.episodes, all, limit: limit, kl: kl)
    try method.losses(rollout).sum().backward()
    return try tensor.gradient?.values() ?? []
  }

  // MARK: The promises

  static func oneLossForEachSample(_ method: some RolloutObjective) throws -> String? {
    let sizes = try method.losses(Numbers().rollout(method)).sizes
    return sizes == [4 * samples] ? nil : "losses have the shape \(sizes)"
  }

  static func gradientIsTheSlope(_ method: some RolloutObjective) throws -> String? {
    let numbers = try Numbers()
    let step = 1e-6
    var slopes: [Double] = []
    for sample in numbers.policy.indices {
      for time in 0..<limit {
        guard time < numbers.policy[sample].count else {
          slopes.append(0)
          continue
        }
        var (up, down) = (numbers, numbers)
        up.policy[sample][time] += step
        down.policy[sample][time] -= step
        let high = try losses(method, up.rollout(method)).reduce(0, +)
        let low = try losses(method, down.rollout(method)).reduce(0, +)
        slopes.append((high - low) / (2 * step))
      }
    }
    return differ(try gradient(method, numbers), slopes, 1e-6, "gradient")
  }

  static func samplesDoNotMeet(_ method: some RolloutObjective) throws -> String? {
    let numbers = try Numbers()
    let whole = try losses(method, numbers.rollout(method))
    let chosen = [7, 2, 11]
    return differ(
      try losses(method, numbers.rollout(method, only: chosen)), chosen.map { whole[$0] }, 1e-12,
      "a part")
  }

  static func whatLiesBehindTheEndIsNothing(_ method: some RolloutObjective) throws -> String? {
    let numbers = try Numbers()
    let spoiled = try losses(method, numbers.rollout(method, behind: .nan, wider: 2))
    if let broken = differ(
      spoiled, try losses(method, numbers.rollout(method)), 1e-12, "behind the end")
    {
      return broken
    }
    let slopes = try gradient(method, numbers, behind: .nan)
    return differ(slopes, try gradient(method, numbers), 1e-12, "gradient behind the end")
  }

  static func orderOfPromptsIsNothing(_ method: some RolloutObjective) throws -> String? {
    let numbers = try Numbers()
    let order = [2, 0, 3, 1].flatMap { $0 * samples..<($0 + 1) * samples }
    let credits = method.credit(numbers.episodes, samples: samples, kl: 0.3)
    let moved = method.credit(order.map { numbers.episodes[$0] }, samples: samples, kl: 0.3)
    return differ(
      moved.flatMap(\.advantages), order.flatMap { credits[$0].advantages }, 1e-12, "advantages")
  }

  /// At the policy that drew the samples, and without a pull, a token's slope is −A times one number
  /// for its sample.
  static func gradientFollowsTheAdvantages(_ method: some RolloutObjective) throws -> String? {
    let numbers = try Numbers(moved: 0)
    let credits = method.credit(numbers.episodes, samples: samples, kl: 0)
    let slopes = try gradient(method, numbers, kl: 0)
    for (sample, credit) in credits.enumerated() {
      let own = slopes[sample * limit..<sample * limit + credit.advantages.count]
      let factors = zip(own, credit.advantages).map { -$0 / $1 }
      guard let first = factors.first, first > 0 else { return "sample \(sample): \(factors)" }
      if let broken = differ(
        factors, factors.map { _ in first }, 1e-9, "factors of sample \(sample)")
      {
        return broken
      }
    }
    return nil
  }

  static func float32IsNear(_ method: some RolloutObjective) throws -> String? {
    let numbers = try Numbers()
    let narrow = try method.losses(numbers.rollout(method, type: .float32))
    guard narrow.type == .float32 else { return "losses are \(narrow.type)" }
    return differ(
      try narrow.values(), try losses(method, numbers.rollout(method)), 1e-4, "float32")
  }
}
