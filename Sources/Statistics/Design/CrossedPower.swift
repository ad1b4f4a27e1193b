import Foundation

/// What the test of ``CrossedVariance`` finds over so many seeds and prompts.
///
/// Its variance and degrees of freedom are estimated from few seeds and differ from one study to the
/// next; with the degrees that they have on average the power of three seeds would be overstated by a
/// fifth. Here both are drawn, `draws` times from one fixed stream, and what remains is exact: given
/// them, the mean is normal.
struct CrossedPower {
  private static let draws = 4000

  /// Standard error of the difference.
  let error: Double
  /// The difference from which each draw's test rejects.
  private let thresholds: [Double]

  /// - Parameters:
  ///   - ofPrompts: variance of the mean that prompts make.
  ///   - ofSide: the same of each trained side's seeds.
  /// - Returns: nil without variance.
  init?(
    ofPrompts: Double, prompts: Int, ofSide: Double, seeds: Int, trained: Int, significance: Double
  ) {
    let variance = ofPrompts + Double(trained) * ofSide
    guard variance > 0, let quantiles = Quantiles(significance: significance) else { return nil }
    error = variance.squareRoot()
    var generator = SeededGenerator(seed: 1)
    thresholds = (0..<Self.draws).map { _ in
      let part = ofPrompts * Self.meanSquare(degrees: prompts - 1, &generator)
      let sides = (0..<trained).map { _ in
        ofSide * Self.meanSquare(degrees: seeds - 1, &generator)
      }
      let found = sides.reduce(part, +)
      let degrees = CrossedVariance.degrees(
        of: found, parts: [(part, prompts)] + sides.map { ($0, seeds) })
      return quantiles.value(degrees: degrees) * found.squareRoot()
    }
  }

  /// The chance that a two-sided test finds `difference`.
  func power(difference: Double) -> Double {
    let sum = thresholds.reduce(0) { sum, threshold in
      sum + Normal.cumulative((difference - threshold) / error)
        + Normal.cumulative((-difference - threshold) / error)
    }
    return min(1, sum / Double(thresholds.count))
  }

  /// χ²/ν: a sum of squares up to thirty degrees, beyond that by Wilson and Hilferty's cube root,
  /// right to 1e-3 there.
  private static func meanSquare(degrees: Int, _ generator: inout SeededGenerator) -> Double {
    guard degrees > 30 else {
      let sum = (0..<degrees).reduce(0.0) { sum, _ in
        let z = generator.normal()
        return sum + z * z
      }
      return sum / Double(degrees)
    }
    let part = 2 / (9 * Double(degrees))
    return max(0, pow(1 - part + part.squareRoot() * generator.normal(), 3))
  }

  /// Student's quantile over 1/ν, which ``StudentT`` is too slow to give thousands of times.
  private struct Quantiles {
    private static let steps = 256
    private let logarithms: [Double]

    init?(significance: Double) {
      let values = (0...Self.steps).map { step in
        step == 0
          ? Normal.quantile(1 - significance / 2)
          : StudentT.quantile(
            1 - significance / 2, degrees: Double(Self.steps) / Double(step))
      }
      guard values.allSatisfy({ ($0 ?? 0) > 0 }) else { return nil }
      logarithms = values.compactMap { $0.map { log($0) } }
    }

    /// For one degree of freedom or more.
    func value(degrees: Double) -> Double {
      let place = min(1, 1 / degrees) * Double(Self.steps)
      let below = min(Self.steps - 1, Int(place))
      let part = place - Double(below)
      return exp(logarithms[below] * (1 - part) + logarithms[below + 1] * part)
    }
  }
}
