/// What one optimiser step reported, under TRL's metric names (`loss`, `rewards/margins`, …).
public struct StepRecord: Codable, Sendable, Equatable {
  public var step: Int
  public var metrics: [String: Double]

  public init(step: Int, metrics: [String: Double]) {
    self.step = step
    self.metrics = metrics
  }
}
