import Recipe
import Torch

/// A method of reinforcement learning on what the policy itself has just written: what the tokens
/// were worth, and a loss that makes the worthy ones likelier.
///
/// Both are pure functions: of ``Episode``s before any update, and of a ``Rollout`` in every update.
/// Adding a method is a file with its options, a line in ``RolloutObjectiveRegistry``, and a test with
/// a number derived by hand.
public protocol RolloutObjective: Sendable {
  /// As recipes write it: `ppo`.
  static var name: String { get }
  /// As papers print it: `PPO`.
  static var title: String { get }
  /// What it is, for whoever asks the program.
  static var card: MethodCard { get }
  /// What the stage takes where the recipe says nothing.
  static var usual: RolloutDefaults { get }

  /// Reads the options; mistakes are recorded in the section.
  init(from section: Section)

  /// Every option and its value, for records and reports.
  var options: [(name: String, value: String)] { get }

  /// The least number of samples of one prompt.
  var smallestGroup: Int { get }
  /// The least number of samples of a rollout.
  var smallestRollout: Int { get }
  /// The critic whose values the episodes must come with, if any.
  var critic: CriticSettings? { get }
  /// Whom each completion is compared with, if anybody; then rewards are probabilities of winning.
  var opponent: OpponentSettings? { get }
  /// What allows several updates on one rollout; nil where the loss holds for the policy that drew
  /// it alone.
  var surrogate: ClippedSurrogate? { get }
  /// Mean k3 between the policies before and after, above which a rollout is given up; nil for no
  /// such limit.
  var stopAbove: Double? { get }

  /// What each episode's tokens were worth.
  ///
  /// - Parameters:
  ///   - episodes: of a whole rollout, those of a prompt together.
  ///   - samples: episodes of each prompt.
  ///   - kl: β.
  func credit(_ episodes: [Episode], samples: Int, kl: Double) -> [Credit]

  /// One loss for each sample, `[sample]`, to be added up and divided by the sum of the samples'
  /// ``weight(ofTokens:)``.
  func losses(_ rollout: Rollout) throws(TorchError) -> Tensor

  /// What a sample of so many tokens adds to the number that losses are divided by.
  func weight(ofTokens count: Int) -> Double
}

extension RolloutObjective {
  public var smallestGroup: Int { 1 }
  public var smallestRollout: Int { 1 }
  public var critic: CriticSettings? { nil }
  public var opponent: OpponentSettings? { nil }
  public var surrogate: ClippedSurrogate? { nil }
  public var stopAbove: Double? { nil }
  public func weight(ofTokens count: Int) -> Double { 1 }

  /// Credits of whole completions, from one function of each prompt's episodes.
  func creditGroups(
    _ episodes: [Episode], samples: Int, _ advantages: ([Episode]) -> [Double]
  ) -> [Credit] {
    precondition(episodes.count % samples == 0, "every prompt has the same number of samples")
    return stride(from: 0, to: episodes.count, by: samples).flatMap { start in
      let group = Array(episodes[start..<start + samples])
      return zip(group, advantages(group)).map { Credit(whole: $1, tokens: $0.old.count) }
    }
  }
}

/// Settings that differ between methods where a recipe is silent.
public struct RolloutDefaults: Equatable, Sendable {
  /// Completions of each prompt.
  public var samples: Int
  /// β.
  public var kl: Double
  /// Passes over a rollout.
  public var epochs: Int
}

/// The score function: −Σ A_t log π(y_t), whose gradient at the policy that drew the samples is the
/// policy gradient.
///
/// Source: Williams 1992, "Simple statistical gradient-following algorithms", equation 2.
enum ScoreFunction {
  /// `[sample]`.
  static func losses(_ rollout: Rollout) throws(TorchError) -> Tensor {
    try -(rollout.advantages * rollout.policy).sum(1)
  }
}
