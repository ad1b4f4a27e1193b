import Foundation

/// How the strength of a method was searched for, until its policy had the KL that was asked for.
public struct StrengthRecord: Codable, Sendable, Equatable {
  /// One training.
  public struct Trial: Codable, Sendable, Equatable {
    /// As it was set.
    public var value: String
    /// Mean over prompts, in nats, with its interval; nil where the training was given up.
    public var kl: Double?
    public var low: Double?
    public var high: Double?
    /// Why it was given up.
    public var failure: String?

    public init(
      value: String, kl: Double? = nil, low: Double? = nil, high: Double? = nil,
      failure: String? = nil
    ) {
      self.value = value
      self.kl = kl
      self.low = low
      self.high = high
      self.failure = failure
    }
  }

  /// The stage that trains with what was found.
  public var stage: String
  /// What was searched: `beta`, `training.learning_rate`.
  public var key: String
  /// In nats.
  public var target: Double
  /// As a share of the target.
  public var tolerance: Double
  /// Of the trainings; nil where the stage has none.
  public var seed: Int?
  /// On which KL was measured.
  public var prompts: Int
  /// Of each prompt.
  public var samples: Int
  public var confidence: Double
  /// In the order in which they were made.
  public var trials: [Trial]
  /// The place of the one that was kept.
  public var chosen: Int
  public var isReached: Bool
  /// How near it came, in one line.
  public var words: String

  public init(
    stage: String, key: String, target: Double, tolerance: Double, seed: Int?, prompts: Int,
    samples: Int, confidence: Double, trials: [Trial], chosen: Int, isReached: Bool, words: String
  ) {
    self.stage = stage
    self.key = key
    self.target = target
    self.tolerance = tolerance
    self.seed = seed
    self.prompts = prompts
    self.samples = samples
    self.confidence = confidence
    self.trials = trials
    self.chosen = chosen
    self.isReached = isReached
    self.words = words
  }

  /// The value that was kept.
  public var value: String { trials[chosen].value }

  /// In the folder of the search.
  public static let file = "strength.json"

  /// Where a training lies, below the folder of the search; the first is 1.
  public static func folder(ofTrial number: Int) -> String { "trial-\(number)" }
}
