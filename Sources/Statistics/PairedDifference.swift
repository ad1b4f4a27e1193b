import Foundation

/// Two systems on the same prompts: the mean difference with its interval, and tests of none.
public struct PairedDifference: Sendable, Equatable {
  /// Mean of first − second over prompts.
  public let difference: Estimate
  /// Two-sided p of the sign-flip test.
  public let signFlip: Double
  /// Two-sided p of the sign test, which ignores sizes.
  public let sign: Double

  /// Nil where the lists are empty, differ in length, or hold a value that is not finite.
  public init?(
    _ first: [Double], minus second: [Double], confidence: Double = 0.95,
    distribution: SamplingDistribution = .studentT, seed: UInt64 = 1
  ) {
    guard first.count == second.count else { return nil }
    let differences = zip(first, second).map { $0 - $1 }
    guard
      let difference = Sample.estimate(
        differences, confidence: confidence, distribution: distribution),
      let signFlip = SignFlipTest.pValue(differences, seed: seed)
    else { return nil }
    self.difference = difference
    self.signFlip = signFlip
    sign = BinomialTest.sign(differences)
  }
}
