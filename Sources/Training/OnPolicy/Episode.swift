/// One completion as reinforcement learning sees it: numbers per token, taken before any update.
///
/// The state is the prompt and the tokens so far, the action is the next token, and the one reward
/// comes with the last token.
public struct Episode: Equatable, Sendable, Codable {
  /// log π_old(y_t | x, y_<t) of the policy that drew it, in nats, `[time]`.
  public var old: [Double]
  /// log π_ref(y_t | x, y_<t), `[time]`.
  public var reference: [Double]
  /// The critic's value of the state before each token, `[time]`; empty without a critic.
  public var values: [Double]
  /// r(x, y), after what the recipe does to rewards; for methods with an opponent, the probability
  /// that this completion beats the opponent's.
  public var reward: Double

  public init(old: [Double], reference: [Double], values: [Double] = [], reward: Double) {
    precondition(old.count == reference.count, "one reference log-probability for each token")
    self.old = old
    self.reference = reference
    self.values = values
    self.reward = reward
  }

  /// log π_old − log π_ref of each token: estimator k1 of the KL divergence.
  public var logRatios: [Double] { zip(old, reference).map { $0 - $1 } }

  /// log π_old(y|x) − log π_ref(y|x) of the whole completion, in nats.
  public var logRatio: Double { logRatios.reduce(0, +) }

  /// −β (log π_old − log π_ref) for each token, and the reward with the last one; `[time]`.
  ///
  /// k1 belongs into the reward: there the score function gives it the gradient of KL(π ∥ π_ref),
  /// which it would not have as a loss.
  public func shapedRewards(kl: Double) -> [Double] {
    var rewards = logRatios.map { -kl * $0 }
    if !rewards.isEmpty { rewards[rewards.count - 1] += reward }
    return rewards
  }

  /// The sum of ``shapedRewards(kl:)``.
  public func shapedReturn(kl: Double) -> Double { reward - kl * logRatio }
}

/// What the tokens of an episode are taken to be worth, constant in every update.
public struct Credit: Equatable, Sendable {
  /// `[time]`.
  public var advantages: [Double]
  /// What the critic is fitted to, `[time]`; empty without a critic.
  public var returns: [Double]

  public init(advantages: [Double], returns: [Double] = []) {
    self.advantages = advantages
    self.returns = returns
  }

  /// The same advantage for every token: the whole completion is one action.
  public init(whole advantage: Double, tokens: Int) {
    self.init(advantages: [Double](repeating: advantage, count: tokens))
  }
}
