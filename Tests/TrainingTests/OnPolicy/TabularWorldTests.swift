import Foundation
import TestSupport
import Testing
import Torch

@testable import Training

/// Testbed A with the production methods: every expectation by enumeration, in float64.
@Suite struct TabularWorldTests {
  /// Section 12.3.
  static let theta = [0.3, -0.1, 0.2, 0.5]

  static func softmax(_ logits: [Double]) -> [Double] {
    let weights = logits.map { exp($0) }
    return weights.map { $0 / weights.reduce(0, +) }
  }

  /// Episodes of one token each: responses as the policy `old` draws them.
  static func episodes(
    _ responses: [Int], old: [Double], values: [Double]? = nil, rewards: [Double] = TestbedA.rewards
  ) -> [Episode] {
    responses.map { response in
      Episode(
        old: [log(old[response])], reference: [log(TestbedA.reference[response])],
        values: values.map { [$0[response]] } ?? [], reward: rewards[response])
    }
  }

  /// The expected loss over all tuples of `samples` responses drawn from softmax(θ), and its
  /// gradient there; groups are the tuples.
  static func expected(
    _ method: some RolloutObjective, samples: Int, at theta: [Double], kl: Double
  ) throws -> (loss: Double, gradient: [Double]) {
    let policy = softmax(theta)
    let tuples = TestbedA.tuples(samples)
    let episodes = tuples.flatMap { Self.episodes($0, old: policy) }
    let credits = tuples.indices.flatMap { index in
      method.credit(
        Array(episodes[index * samples..<(index + 1) * samples]), samples: samples, kl: kl)
    }
    let logits = try Tensor.of(theta)
    try logits.requireGradient()
    let chosen = try logits.logSoftmax(0).select(0, Tensor.of(tuples.flatMap { $0 }))
    let rollout = try Rollout(
      policy: chosen.unsqueezed(1), episodes, credits, limit: 1, kl: kl)
    let weights = tuples.flatMap { tuple in
      tuple.map { _ in tuple.reduce(1) { $0 * policy[$1] } / Double(samples) }
    }
    let loss = try (method.losses(rollout) * Tensor.of(weights)).sum()
    try loss.backward()
    return (try loss.item(), try numbers(logits.gradient))
  }

  /// ∇ of E[r] − β KL(π ∥ π_ref) in the logits: π (f − E f) with f = r − β log π/π_ref.
  static func exact(at theta: [Double], kl: Double) -> [Double] {
    let policy = softmax(theta)
    let worth = policy.indices.map {
      TestbedA.rewards[$0] - kl * log(policy[$0] / TestbedA.reference[$0])
    }
    let mean = zip(policy, worth).reduce(0) { $0 + $1.0 * $1.1 }
    return zip(policy, worth).map { $0 * ($1 - mean) }
  }

  @Test func `the exact gradient of the expected reward is the golden one`() {
    expectClose(
      Self.exact(at: Self.theta, kl: 0), [-0.299163, -0.023975, 0.205968, 0.117171])
  }

  @Test(arguments: [0, 0.5])
  func `over all triples RLOO has the exact gradient`(kl: Double) throws {
    let found = try Self.expected(RLOO(), samples: 3, at: Self.theta, kl: kl).gradient
    expectClose(found.map { -$0 }, Self.exact(at: Self.theta, kl: kl), within: 1e-12)
  }

  @Test(arguments: [0, 0.5])
  func `over all pairs of a rollout REINFORCE has the exact gradient`(kl: Double) throws {
    let found = try Self.expected(Reinforce(), samples: 2, at: Self.theta, kl: kl).gradient
    expectClose(found.map { -$0 }, Self.exact(at: Self.theta, kl: kl), within: 1e-12)
  }

  @Test(arguments: [0, 0.5])
  func `over all responses the plain policy gradient is exact`(kl: Double) throws {
    let found = try Self.expected(PolicyGradient(), samples: 1, at: Self.theta, kl: kl).gradient
    expectClose(found.map { -$0 }, Self.exact(at: Self.theta, kl: kl), within: 1e-12)
  }

  @Test func `a baseline that contains the sample shrinks the gradient by a third of three`() throws
  {
    // Dr. GRPO subtracts the mean of all k = 3: (k − 1) / k of the exact gradient.
    let method = GRPO(reduction: .constant)
    let found = try Self.expected(method, samples: 3, at: Self.theta, kl: 0).gradient
    expectClose(
      found.map { -$0 }, Self.exact(at: Self.theta, kl: 0).map { $0 * 2 / 3 }, within: 1e-12)
  }

  @Test func `dividing by the deviation turns GRPO's gradient by the golden amount`() throws {
    let found = try Self.expected(GRPO(), samples: 3, at: Self.theta, kl: 0).gradient
      .map { -$0 }
    expectClose(found, [-0.217311, -0.049745, 0.187659, 0.079397])
    let exact = Self.exact(at: Self.theta, kl: 0)
    func inner(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let cosine = inner(found, exact) / (inner(found, found) * inner(exact, exact)).squareRoot()
    expectClose(cosine, 0.988, within: 5e-4)
  }

  @Test func `k3 in GRPO's loss pulls along the forward divergence, k2 along the reverse`() throws {
    let policy = Self.softmax(Self.theta)
    // ∇ KL(π_ref ∥ π) = π − π_ref; ∇ KL(π ∥ π_ref) = π (ρ − E ρ).
    let forward = zip(policy, TestbedA.reference).map { $0 - $1 }
    let ratios = zip(policy, TestbedA.reference).map { log($0 / $1) }
    let mean = zip(policy, ratios).reduce(0) { $0 + $1.0 * $1.1 }
    let reverse = zip(policy, ratios).map { $0 * ($1 - mean) }
    for (estimator, pull) in [(KLEstimator.k3, forward), (.k2, reverse)] {
      let method = GRPO(estimator: estimator)
      let without = try Self.expected(method, samples: 2, at: Self.theta, kl: 0).gradient
      let with = try Self.expected(method, samples: 2, at: Self.theta, kl: 0.7).gradient
      expectClose(zip(with, without).map { ($0 - $1) / 0.7 }, pull, within: 1e-12)
    }
  }

  @Test func `PPO's first step is the gradient of reward less divergence`() throws {
    let policy = Self.softmax(Self.theta)
    let value = 0.7
    let episodes = Self.episodes(
      Array(0..<4), old: policy, values: Array(repeating: value, count: 4))
    let method = PPO(whitensAdvantages: false)
    let logits = try Tensor.of(Self.theta)
    try logits.requireGradient()
    let rollout = try Rollout(
      policy: logits.logSoftmax(0).unsqueezed(1), episodes,
      method.credit(episodes, samples: 1, kl: 0.5), limit: 1, kl: 0.5)
    // A value that is the same for all responses takes nothing from the gradient.
    try (method.losses(rollout) * Tensor.of(policy)).sum().backward()
    expectClose(
      try numbers(logits.gradient).map { -$0 }, Self.exact(at: Self.theta, kl: 0.5), within: 1e-12)
  }

  // MARK: Where training ends

  @Test func `RLOO by exact expectations ends at the optimal policy`() throws {
    var theta = [0.0, 0, 0, 0]
    for _ in 0..<400 {
      let gradient = try Self.expected(RLOO(), samples: 2, at: theta, kl: 0.5).gradient
      theta = zip(theta, gradient).map { $0 - 2 * $1 }
    }
    // Section 14.2, β = ½.
    expectClose(Self.softmax(theta), [0.025732, 0.142601, 0.702457, 0.129210], within: 1e-6)
  }

  @Test func `PPO with a critic and several passes ends at the optimal policy`() throws {
    let method = PPO(whitensAdvantages: false)
    let critic = try #require(method.critic)
    let logits = try Tensor.of([0.0, 0, 0, 0])
    let value = try Tensor.of([0.0])
    for parameter in [logits, value] { try parameter.requireGradient() }
    var optimisers = (try AdamW([logits], .init()), try AdamW([value], .init()))
    for iteration in 0..<400 {
      let policy = Self.softmax(try numbers(logits))
      let weights = try Tensor.of(policy)
      let before = try value.item()
      let episodes = Self.episodes(
        Array(0..<4), old: policy, values: Array(repeating: before, count: 4))
      let credits = method.credit(episodes, samples: 1, kl: 0.5)
      let returns = try Tensor.of(credits.flatMap(\.returns))
      let rate = 0.03 * (1 - Double(iteration) / 400)
      for _ in 0..<4 {
        let rollout = try Rollout(
          policy: logits.logSoftmax(0).unsqueezed(1), episodes, credits, limit: 1, kl: 0.5)
        try (method.losses(rollout) * weights).sum().backward()
        let values = try value.expanded([4])
        let old = try Tensor.full([4], before, type: .float64)
        try
          (ClippedValueLoss.losses(values, old: old, returns: returns, clip: critic.clip)
          * weights).sum().backward()
        try optimisers.0.update(rate: rate)
        try optimisers.1.update(rate: rate)
      }
    }
    expectClose(
      Self.softmax(try numbers(logits)), [0.025732, 0.142601, 0.702457, 0.129210], within: 1e-4)
    // The value of the only state is max J_½ = ½ log Z.
    expectClose(try value.item(), 1.371866, within: 1e-3)
  }
}
