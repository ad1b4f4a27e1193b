import Foundation

/// Self-normalised weights that turn samples of one policy into samples of another.
public struct ImportanceWeights: Sendable, Equatable {
  /// Sum to 1.
  public let values: [Double]
  private let logValues: [Double]

  /// - Parameter logRatios: log target − log source for each sample, up to a constant; −∞ for a
  ///   weight of 0. For the optimal policy: reward / β.
  /// - Returns: nil for none, a NaN, +∞, or only −∞.
  public init?(logRatios: [Double]) {
    guard let largest = logRatios.max(), largest.isFinite, !logRatios.contains(where: \.isNaN)
    else { return nil }
    let total = largest + log(logRatios.reduce(0) { $0 + exp($1 - largest) })
    logValues = logRatios.map { $0 - total }
    values = logValues.map { exp($0) }
  }

  /// 1/Σw²: how many equally weighted samples these are worth; from 1 to their number.
  public var effectiveSampleSize: Double { 1 / values.reduce(0) { $0 + $1 * $1 } }

  public var largest: Double { values.max() ?? 0 }

  /// Effective sample size below 20, or one weight above one half: not to be trusted.
  public var isUnreliable: Bool { effectiveSampleSize < 20 || largest > 0.5 }

  /// KL(self ∥ other) over the same samples, in nats; infinite where `other` drops a sample that
  /// this keeps; nil for different numbers of samples.
  public func divergence(from other: ImportanceWeights) -> Double? {
    guard values.count == other.values.count else { return nil }
    var sum = 0.0
    for index in values.indices where values[index] > 0 {
      sum += values[index] * (logValues[index] - other.logValues[index])
    }
    return sum
  }
}
