/// What rollouts cost, by phase.
public struct RolloutCosts: Equatable, Sendable {
  /// Sampling of completions.
  public var generating = Duration.zero
  /// Rewards, log-probabilities and values, without gradient.
  public var scoring = Duration.zero
  /// Forward, backward and optimiser.
  public var training = Duration.zero
  /// Tokens sampled, opponents' included.
  public var generatedTokens = 0
  /// Tokens run through the policy with gradient, prompts included.
  public var trainedTokens = 0
  /// Texts that the reward scored, or comparisons that the oracle made, to be learnt from.
  public var rewardCalls = 0

  public init() {}

  /// Sampled and trained.
  var tokens: Int { generatedTokens + trainedTokens }

  /// The phases in their order, as records name them.
  var phases: [StageResult.Phase] {
    [
      StageResult.Phase("generate", seconds: generating.seconds, tokens: generatedTokens),
      StageResult.Phase("score", seconds: scoring.seconds, oracleCalls: rewardCalls),
      StageResult.Phase("train", seconds: training.seconds, tokens: trainedTokens),
    ]
  }

  /// Runs `body` and adds its time to one phase.
  mutating func timing<Result>(
    _ phase: WritableKeyPath<RolloutCosts, Duration>,
    _ body: (inout RolloutCosts) throws -> Result
  ) rethrows -> Result {
    let clock = ContinuousClock()
    let start = clock.now
    defer { self[keyPath: phase] += clock.now - start }
    return try body(&self)
  }
}
