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
