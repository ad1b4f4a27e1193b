/// Which way a measurement is better.
public enum Direction: String, Codable, Sendable {
  case higher, lower, neutral
}

/// One number that an evaluation produced, with all a reader needs to trust it.
public struct Measurement: Codable, Sendable, Equatable {
  /// What was measured, from the vocabulary of ``Measure`` (for example `reward`, `kl`).
  public var name: String
  /// The policy id, or a method id when the number is taken over the seeds of a method.
  public var subject: String
  /// What the subject was compared with (`sft`, `chosen`, another policy id), if anything.
  public var reference: String?
  /// The point estimate; nil when it is not finite or could not be computed.
  public var value: Double?
  /// The 95 % interval; nil when none can be computed (for example from one prompt).
  public var low: Double?
  public var high: Double?
  /// How many values went in (samples, pairs, seeds), and how many independent clusters (prompts).
  public var count: Int
  public var clusters: Int
  /// `nats`, `nats per token`, `share`, `tokens`, `seconds`, … empty for a bare number.
  public var unit: String
  public var direction: Direction
  /// Estimator and interval, in words that fit a table note.
  public var method: String
  /// Raised when the number would mean something else than before.
  public var version: Int
  /// Values that were not finite, excluded from the estimate and counted here.
  public var nonfinite: Int

  public init(
    name: String, subject: String, reference: String? = nil, value: Double?, low: Double? = nil,
    high: Double? = nil, count: Int, clusters: Int, unit: String, direction: Direction,
    method: String, version: Int = 1, nonfinite: Int = 0
  ) {
    self.name = name
    self.subject = subject
    self.reference = reference
    self.value = value
    self.low = low
    self.high = high
    self.count = count
    self.clusters = clusters
    self.unit = unit
    self.direction = direction
    self.method = method
    self.version = version
    self.nonfinite = nonfinite
  }
}

/// A checkpoint that was evaluated.
public struct EvaluatedPolicy: Codable, Sendable, Equatable {
  /// Unique in the run: `<stage>/seed-<s>/step-<n>`, or the stage name where it has one checkpoint.
  public var id: String
  /// The stage (method with its options) this belongs to; seeds and checkpoints of one stage share it.
  public var group: String
  /// The objective's name as papers print it (`DPO-pref`, `EXO-rw`, `SFT`, …).
  public var method: String
  public var seed: Int?
  public var step: Int?
  /// The last checkpoint of its training; headline tables show only these.
  public var isFinal: Bool
  /// Options that tell groups apart (`beta`, `K`, …), printed as given.
  public var options: [String: String]
  /// SHA-256 of the weights.
  public var weights: String

  public init(
    id: String, group: String, method: String, seed: Int?, step: Int?, isFinal: Bool,
    options: [String: String], weights: String
  ) {
    self.id = id
    self.group = group
    self.method = method
    self.seed = seed
    self.step = step
    self.isFinal = isFinal
    self.options = options
    self.weights = weights
  }
}

/// One completion that a policy sampled in evaluation.
public struct SampleRecord: Codable, Sendable, Equatable {
  public var policy: String
  /// Identifies the prompt across policies.
  public var prompt: String
  public var promptText: String
  /// 0 ..< samples per prompt.
  public var index: Int
  public var text: String
  public var tokens: Int
  /// The completion ended with the end token, and not at the length limit.
  public var finished: Bool
  /// Summed over the completion's tokens, in nats.
  public var logProbability: Double
  public var referenceLogProbability: Double?
  public var reward: Double?

  public init(
    policy: String, prompt: String, promptText: String, index: Int, text: String, tokens: Int,
    finished: Bool, logProbability: Double, referenceLogProbability: Double? = nil,
    reward: Double? = nil
  ) {
    self.policy = policy
    self.prompt = prompt
    self.promptText = promptText
    self.index = index
    self.text = text
    self.tokens = tokens
    self.finished = finished
    self.logProbability = logProbability
    self.referenceLogProbability = referenceLogProbability
    self.reward = reward
  }
}

/// Best-of-N sampling from the reference policy, estimated without bias from one pool per prompt.
public struct BestOfRecord: Codable, Sendable, Equatable {
  public struct Point: Codable, Sendable, Equatable {
    public var n: Int
    public var reward: Measurement
    /// log n − (n − 1)/n: an upper bound on the KL, exact when rewards have no ties.
    public var klBound: Double
    public var kl: Measurement?
    public var winRate: Measurement?

    public init(
      n: Int, reward: Measurement, klBound: Double, kl: Measurement?, winRate: Measurement?
    ) {
      self.n = n
      self.reward = reward
      self.klBound = klBound
      self.kl = kl
      self.winRate = winRate
    }
  }
  public var pool: Int
  public var points: [Point]

  public init(pool: Int, points: [Point]) {
    self.pool = pool
    self.points = points
  }
}

/// Estimated density ratios to the reference policy along its own log-probability, for one prompt.
public struct DensityPanel: Codable, Sendable, Equatable {
  public struct Curve: Codable, Sendable, Equatable {
    /// A policy id, or `optimal`.
    public var policy: String
    /// `[grid]` density ratio π/π_ref; nil where the reference density vanishes.
    public var ratio: [Double?]
    public var effectiveSampleSize: Double
    public var largestWeight: Double
    /// KL(π* ∥ π) and KL(π ∥ π*) over the drawn completions, self-normalised, in nats.
    public var forwardKL: Double?
    public var reverseKL: Double?
    /// Effective sample size below 20, or one weight above one half.
    public var isUnreliable: Bool

    public init(
      policy: String, ratio: [Double?], effectiveSampleSize: Double, largestWeight: Double,
      forwardKL: Double?, reverseKL: Double?, isUnreliable: Bool
    ) {
      self.policy = policy
      self.ratio = ratio
      self.effectiveSampleSize = effectiveSampleSize
      self.largestWeight = largestWeight
      self.forwardKL = forwardKL
      self.reverseKL = reverseKL
      self.isUnreliable = isUnreliable
    }
  }
  public var prompt: String
  public var promptText: String
  public var seed: Int?
  public var samples: Int
  public var bandwidth: Double
  public var beta: Double
  /// `[grid]` log π_ref of a completion, in nats.
  public var grid: [Double]
  /// `[grid]` estimated density of log π_ref under π_ref.
  public var referenceDensity: [Double]
  public var curves: [Curve]

  public init(
    prompt: String, promptText: String, seed: Int?, samples: Int, bandwidth: Double, beta: Double,
    grid: [Double], referenceDensity: [Double], curves: [Curve]
  ) {
    self.prompt = prompt
    self.promptText = promptText
    self.seed = seed
    self.samples = samples
    self.bandwidth = bandwidth
    self.beta = beta
    self.grid = grid
    self.referenceDensity = referenceDensity
    self.curves = curves
  }
}

/// Time, memory and tokens of one phase (`train`, `sample`, `score`, `evaluate`) of one stage.
public struct PhaseCost: Codable, Sendable, Equatable {
  public var stage: String
  public var phase: String
  public var seconds: Double
  /// Highest resident set of the process until the end of the phase, in bytes.
  public var peakMemory: Int
  public var tokens: Int
  /// Texts scored by a reward model or programmatic reward.
  public var oracleCalls: Int

  public init(
    stage: String, phase: String, seconds: Double, peakMemory: Int, tokens: Int, oracleCalls: Int
  ) {
    self.stage = stage
    self.phase = phase
    self.seconds = seconds
    self.peakMemory = peakMemory
    self.tokens = tokens
    self.oracleCalls = oracleCalls
  }
}

/// What one optimiser step reported, under TRL's metric names (`loss`, `rewards/margins`, …).
public struct StepRecord: Codable, Sendable, Equatable {
  public var step: Int
  public var metrics: [String: Double]

  public init(step: Int, metrics: [String: Double]) {
    self.step = step
    self.metrics = metrics
  }
}

/// Everything an evaluation of a run found; what the report is made from, beside the step journals
/// and the samples.
public struct EvaluationRecord: Codable, Sendable, Equatable {
  public var reference: String
  public var policies: [EvaluatedPolicy]
  public var measurements: [Measurement]
  public var bestOf: BestOfRecord?
  public var panels: [DensityPanel]
  /// Facts that belong beside the numbers (temperature, samples per prompt, scorer, …), in order.
  public var protocolNotes: [Note]

  public struct Note: Codable, Sendable, Equatable {
    public var name: String
    public var value: String
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  public init(
    reference: String, policies: [EvaluatedPolicy], measurements: [Measurement],
    bestOf: BestOfRecord?, panels: [DensityPanel], protocolNotes: [Note]
  ) {
    self.reference = reference
    self.policies = policies
    self.measurements = measurements
    self.bestOf = bestOf
    self.panels = panels
    self.protocolNotes = protocolNotes
  }
}
