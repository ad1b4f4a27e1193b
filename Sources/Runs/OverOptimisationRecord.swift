/// Proxy and held-out reward of one method along its distance from the reference.
public struct OverOptimisationRecord: Codable, Sendable, Equatable {
  /// One checkpoint, over seeds and prompts.
  public struct Point: Codable, Sendable, Equatable {
    public var step: Int
    /// In nats.
    public var kl: Double
    /// Gains over the reference in standard deviations of the reference's completions: by the reward that was
    /// trained on, and by the held-out one.
    public var gain: Double
    public var heldOutGain: Double

    public init(step: Int, kl: Double, gain: Double, heldOutGain: Double) {
      self.step = step
      self.kl = kl
      self.gain = gain
      self.heldOutGain = heldOutGain
    }
  }

  /// gain = √KL·(alpha − beta·√KL)
  public struct Curve: Codable, Sendable, Equatable {
    public var alpha: Double
    public var beta: Double

    public init(alpha: Double, beta: Double) {
      self.alpha = alpha
      self.beta = beta
    }
  }

  public var group: String
  public var seeds: Int
  public var prompts: Int
  public var points: [Point]
  public var proxy: Curve?
  public var heldOut: Curve
  /// The largest mean KL of a checkpoint, in nats.
  public var reached: Double
  /// KL at which the held-out reward turns, in nats, and the ends of its interval; nil for an infinite one.
  public var turn: Double?
  public var low: Double?
  public var high: Double?
  /// `turns`, `does not turn` in the range reached, or `not resolved`.
  public var verdict: String
  public var confidence: Double

  public init(
    group: String, seeds: Int, prompts: Int, points: [Point], proxy: Curve?, heldOut: Curve,
    reached: Double, turn: Double?, low: Double?, high: Double?, verdict: String,
    confidence: Double
  ) {
    self.group = group
    self.seeds = seeds
    self.prompts = prompts
    self.points = points
    self.proxy = proxy
    self.heldOut = heldOut
    self.reached = reached
    self.turn = turn
    self.low = low
    self.high = high
    self.verdict = verdict
    self.confidence = confidence
  }
}
