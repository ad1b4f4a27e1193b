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
