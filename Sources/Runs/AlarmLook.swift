import Foundation

/// One look of an alarm for over-optimisation during a training: by how much more the policy's completions beat
/// the reference's by the training's reward than by the held-out one.
public struct AlarmLook: Codable, Sendable, Equatable {
  public var step: Int
  /// Of each prompt, −1 … 1: win by the training's reward less win by the held-out one, ties one half.
  public var differences: [Double]
  /// Means over the prompts.
  public var winRate: Double
  public var heldOutWinRate: Double
  /// log of the evidence so far, and what it has to reach.
  public var logEvidence: Double
  public var threshold: Double
  public var isRaised: Bool

  public init(
    step: Int, differences: [Double], winRate: Double, heldOutWinRate: Double,
    logEvidence: Double, threshold: Double, isRaised: Bool
  ) {
    self.step = step
    self.differences = differences
    self.winRate = winRate
    self.heldOutWinRate = heldOutWinRate
    self.logEvidence = logEvidence
    self.threshold = threshold
    self.isRaised = isRaised
  }
}

extension StageDirectory {
  /// Journal of ``AlarmLook``s; there where the stage has an alarm.
  public var alarm: URL { url.appending(path: "alarm.jsonl") }
}
