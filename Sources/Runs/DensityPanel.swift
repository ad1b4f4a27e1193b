/// Estimated density ratios to the reference policy along its own log-probability, for one prompt or
/// for all panels' prompts together.
public struct DensityPanel: Codable, Sendable, Equatable {
  public struct Curve: Codable, Sendable, Equatable {
    /// A policy id, or `optimal`.
    public var policy: String
    /// `[grid]` density ratio π/π_ref; nil where it is not told.
    public var ratio: [Double?]
    public var effectiveSampleSize: Double
    public var largestWeight: Double
    /// KL(π* ∥ π) and KL(π ∥ π*), in nats.
    public var forwardKL: Double?
    public var reverseKL: Double?
    /// Not told anywhere. In records without ``low``: effective sample size below 20, or one weight
    /// above one half.
    public var isUnreliable: Bool
    /// `[grid]` Ends of the pointwise interval of ``ratio``. Nil in records of earlier versions, whose
    /// curves weigh the reference's draws and have no interval.
    public var low: [Double?]?
    public var high: [Double?]?
    /// Where and why the ratio is not told.
    public var gaps: [Gap]?
    /// The share of the policy that lies where the ratio is told, 0 … 1.
    public var told: Double?
    /// Completions that the policy wrote; of the optimal policy, those that stand for its own.
    public var draws: Int?
    /// Ends of the intervals of the divergences, cut at 0.
    public var forwardInterval: [Double]?
    public var reverseInterval: [Double]?

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

  /// A stretch of the grid without a ratio.
  public struct Gap: Codable, Sendable, Equatable {
    public enum Reason: String, Codable, Sendable, CaseIterable {
      /// Too few completions of the reference lie near.
      case reference
      /// Too few of the policy.
      case policy
      /// The draws that stand for the optimal policy are worth too few.
      case weights
    }
    /// In nats, with the grid.
    public var from: Double
    public var to: Double
    public var reason: Reason

    public init(from: Double, to: Double, reason: Reason) {
      self.from = from
      self.to = to
      self.reason = reason
    }
  }

  /// How the draws of a panel were made.
  public struct Making: Codable, Sendable, Equatable {
    /// Policies whose draws stand for the optimal policy's, the reference among them.
    public var proposals: [String]
    /// β was looked for, and not given.
    public var isBetaChosen: Bool
    /// Of the optimal policy: what its effective sample size was to reach, and how many completions of
    /// each policy there could be at most.
    public var wanted: Double
    public var budget: Int
    /// A β with which the budget would reach it, where it did not.
    public var reachableBeta: Double?
    /// log Z of the optimal policy, in nats, with the ends of its interval.
    public var logNormaliser: Double?
    public var logNormaliserInterval: [Double]?
    public var confidence: Double

    public init(
      proposals: [String], isBetaChosen: Bool, wanted: Double, budget: Int,
      reachableBeta: Double?, logNormaliser: Double?, logNormaliserInterval: [Double]?,
      confidence: Double
    ) {
      self.proposals = proposals
      self.isBetaChosen = isBetaChosen
      self.wanted = wanted
      self.budget = budget
      self.reachableBeta = reachableBeta
      self.logNormaliser = logNormaliser
      self.logNormaliserInterval = logNormaliserInterval
      self.confidence = confidence
    }
  }

  /// Empty for all prompts together.
  public var prompt: String
  public var promptText: String
  public var seed: Int?
  /// Of the reference.
  public var samples: Int
  public var bandwidth: Double
  public var beta: Double
  /// `[grid]` log π_ref of a completion, in nats; less the prompt's mean under the reference where
  /// several prompts stand together.
  public var grid: [Double]
  /// `[grid]` estimated density of log π_ref under π_ref.
  public var referenceDensity: [Double]
  public var curves: [Curve]
  /// Prompts behind it; nil for one.
  public var prompts: Int?
  /// Nil in records of earlier versions.
  public var making: Making?

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
