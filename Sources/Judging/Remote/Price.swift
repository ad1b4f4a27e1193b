import Runs

/// What a model's tokens cost, in US dollars for a million.
public struct Price: Sendable, Equatable {
  public var input: Double
  /// Reasoning included.
  public var output: Double

  public init(input: Double, output: Double) {
    self.input = input
    self.output = output
  }

  /// In dollars.
  public func cost(_ usage: TokenUsage) -> Double {
    (Double(usage.input) * input + Double(usage.output) * output) / 1_000_000
  }
}
