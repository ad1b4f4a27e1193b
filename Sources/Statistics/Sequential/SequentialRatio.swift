import Foundation

/// Wald's sequential probability ratio test of two shares of wins, p₀ against p₁.
///
/// Stops at log((1 − β)/α) for p₁ and at log(β/(1 − α)) for p₀. Cheap, with both error rates stated;
/// not valid where p₀ or p₁ were chosen after seeing the data.
///
/// Source: Wald 1945, "Sequential tests of statistical hypotheses".
public struct SequentialRatio: Sendable, Equatable {
  public enum Decision: Sendable, Equatable { case null, alternative }

  public let null: Double
  public let alternative: Double
  public private(set) var logRatio = 0.0
  public private(set) var count = 0
  private let accept: Double
  private let reject: Double

  /// - Parameters:
  ///   - falsePositives: α, the chance to choose p₁ where p₀ is true.
  ///   - falseNegatives: β, the chance to choose p₀ where p₁ is true.
  /// - Returns: nil unless both shares are different and inside (0, 1), and α and β inside (0, ½).
  public init?(
    null: Double, alternative: Double, falsePositives: Double = 0.05, falseNegatives: Double = 0.2
  ) {
    guard null > 0, null < 1, alternative > 0, alternative < 1, null != alternative,
      falsePositives > 0, falsePositives < 0.5, falseNegatives > 0, falseNegatives < 0.5
    else { return nil }
    self.null = null
    self.alternative = alternative
    reject = log((1 - falseNegatives) / falsePositives)
    accept = log(falseNegatives / (1 - falsePositives))
  }

  /// Counts one result; a score between loss and win counts in proportion, which keeps both error
  /// rates conservative.
  ///
  /// - Returns: false, and nothing is counted, outside 0 … 1 or after the decision.
  @discardableResult
  public mutating func add(_ score: Double) -> Bool {
    guard score >= 0, score <= 1, decision == nil else { return false }
    logRatio +=
      score * log(alternative / null) + (1 - score) * log((1 - alternative) / (1 - null))
    count += 1
    return true
  }

  public var decision: Decision? {
    logRatio >= reject ? .alternative : logRatio <= accept ? .null : nil
  }
}
