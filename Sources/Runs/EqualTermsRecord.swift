/// What methods give at equal KL: settings, checkpoints and mixtures chosen on prompts and seeds of their
/// own, and measured on others.
public struct EqualTermsRecord: Codable, Sendable, Equatable {
  /// A policy of a mixture.
  public struct Part: Codable, Sendable, Equatable {
    /// A group of the record, or the reference.
    public var group: String
    /// Nil for a model that was found as it is.
    public var step: Int?
    /// The chance with which a prompt's completions come from it.
    public var weight: Double

    public init(group: String, step: Int?, weight: Double) {
      self.group = group
      self.step = step
      self.weight = weight
    }
  }

  /// A setting at a checkpoint, as the selection measured it: means over its seeds and prompts.
  public struct Trial: Codable, Sendable, Equatable {
    public var group: String
    public var step: Int?
    public var kl: Double
    /// By the reward that chooses.
    public var reward: Double

    public init(group: String, step: Int?, kl: Double, reward: Double) {
      self.group = group
      self.step = step
      self.kl = kl
      self.reward = reward
    }
  }

  /// What was asked of a method.
  public enum Question: String, Codable, Sendable, Equatable {
    /// The most reward at a KL of at most so many nats.
    case kl
    /// The least KL for a reward.
    case reward
    /// The mean reward over all caps up to so many nats: the area under the curve by its width.
    case average
    /// The most reward at any KL.
    case best
  }

  /// One question's answer.
  public struct Reading: Codable, Sendable, Equatable {
    public var question: Question
    /// The cap, or the reward to reach; nil for ``Question/best``.
    public var at: Double?
    /// What was chosen; empty where the method did not reach so far, and then nothing is measured.
    public var parts: [Part]
    public var reward: Measurement?
    public var heldOutReward: Measurement?
    /// The mean by weight, which the mixture's KL does not exceed.
    public var kl: Measurement?

    public init(question: Question, at: Double?, parts: [Part]) {
      self.question = question
      self.at = at
      self.parts = parts
    }
  }

  public struct Method: Codable, Sendable, Equatable {
    /// The stage that the recipe writes.
    public var name: String
    /// As papers print it.
    public var title: String
    /// How many settings were tried; with their checkpoints, ``trials``.
    public var settings: Int
    public var trials: [Trial]
    public var readings: [Reading]

    public init(
      name: String, title: String, settings: Int, trials: [Trial], readings: [Reading]
    ) {
      self.name = name
      self.title = title
      self.settings = settings
      self.trials = trials
      self.readings = readings
    }

    /// The largest KL of a trial, in nats.
    public var reach: Double { trials.map(\.kl).max() ?? 0 }
  }

  /// Two methods at one cap.
  public struct Contrast: Codable, Sendable, Equatable {
    public var first: String
    public var second: String
    /// In nats.
    public var cap: Double
    /// First minus second in the reward that chooses, on the same prompts.
    public var difference: Measurement
    public var pValue: Double
    /// After Holm's correction over all pairs and caps.
    public var correctedPValue: Double
    /// `higher`, `lower`, `equivalent` or `not resolved`.
    public var verdict: String

    public init(
      first: String, second: String, cap: Double, difference: Measurement, pValue: Double,
      correctedPValue: Double, verdict: String
    ) {
      self.first = first
      self.second = second
      self.cap = cap
      self.difference = difference
      self.pValue = pValue
      self.correctedPValue = correctedPValue
      self.verdict = verdict
    }
  }

  /// The measure that chooses: `reward` or `held_out_reward`.
  public var by: String
  public var selectionPrompts: Int
  public var selectionSeeds: [Int]
  public var prompts: Int
  public var seeds: [Int]
  /// Differences of no more are of no interest; nil where nobody said.
  public var margin: Double?
  public var methods: [Method]
  public var contrasts: [Contrast]
  /// What a reader must know beside the numbers, a sentence each.
  public var remarks: [String]

  public init(
    by: String, selectionPrompts: Int, selectionSeeds: [Int], prompts: Int, seeds: [Int],
    margin: Double?, methods: [Method], contrasts: [Contrast] = [], remarks: [String] = []
  ) {
    self.by = by
    self.selectionPrompts = selectionPrompts
    self.selectionSeeds = selectionSeeds
    self.prompts = prompts
    self.seeds = seeds
    self.margin = margin
    self.methods = methods
    self.contrasts = contrasts
    self.remarks = remarks
  }

  /// Groups of which something was chosen, in the order of the methods, without the reference.
  public func chosen(besides reference: String) -> [String] {
    var groups: [String] = []
    for part in methods.flatMap({ $0.readings.flatMap(\.parts) })
    where part.group != reference && !groups.contains(part.group) {
      groups.append(part.group)
    }
    return groups
  }
}
