import Foundation

/// One prompt of a length-controlled comparison.
public struct LengthComparison: Sendable, Equatable {
  /// The judge's preference for the model over the baseline, 0 … 1.
  public var preference: Double
  /// Length of the baseline's answer minus the model's, in characters.
  public var excess: Double
  /// How hard the instruction is, as a logit against the baseline; 0 where unknown.
  public var difficulty: Double

  public init(preference: Double, baselineLength: Int, modelLength: Int, difficulty: Double = 0) {
    self.preference = preference
    excess = Double(baselineLength - modelLength)
    self.difficulty = difficulty
  }

  /// tanh(Δ/sd(Δ)) of each prompt, the sd with n − 1; nil where lengths do not vary, or below two
  /// prompts.
  static func lengthFeatures(_ excesses: [Double]) -> [Double]? {
    guard let deviation = Sample.standardDeviation(excesses), deviation > 0 else { return nil }
    return excesses.map { tanh($0 / deviation) }
  }
}
