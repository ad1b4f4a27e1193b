/// Time, memory and tokens of one phase (`train`, `sample`, `score`, `evaluate`) of one stage.
public struct PhaseCost: Codable, Sendable, Equatable {
  public var stage: String
  public var phase: String
  public var seconds: Double
  /// Highest resident set of the process until the end of the phase, in bytes.
  public var peakMemory: Int
  /// Bytes of the processor's tensors that were in use at most; nil where nothing counted them.
  public var tensorMemory: Int?
  public var tokens: Int
  /// Texts scored by a reward model or programmatic reward.
  public var oracleCalls: Int

  public init(
    stage: String, phase: String, seconds: Double, peakMemory: Int, tensorMemory: Int? = nil,
    tokens: Int, oracleCalls: Int
  ) {
    self.stage = stage
    self.phase = phase
    self.seconds = seconds
    self.peakMemory = peakMemory
    self.tensorMemory = tensorMemory
    self.tokens = tokens
    self.oracleCalls = oracleCalls
  }
}
