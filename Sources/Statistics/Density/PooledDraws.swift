import Foundation

/// Draws of several policies that together stand for those of one that nobody can draw from, such as
/// the optimal policy π_ref·exp(r/β)/Z.
///
/// The balance heuristic: a draw y counts π*(y)/Σ_k (n_k/N)·π_k(y), whoever drew it, so that no weight
/// is larger than N/n_k times what policy k alone would give it.
///
/// Source: Veach and Guibas 1995, "Optimally combining sampling techniques for Monte Carlo rendering".
public struct PooledDraws: Sendable, Equatable {
  /// Up to one factor: they sum to 1. `[policy][draw]`
  public let weights: [[Double]]
  /// log of the target's sum over all completions, such as log Z, in nats.
  public let logNormaliser: Double
  /// Unnormalised, over ``logNormaliser``: mean 1 over all draws.
  let scaled: [[Double]]

  /// - Parameters:
  ///   - target: log of the target up to a constant, in nats; −∞ for what it never writes.
  ///     `[policy][draw]`
  ///   - logProbabilities: log π of each draw, `[policy it is taken under][policy that drew][draw]`.
  /// - Returns: nil without draws, for tables that do not fit together, for numbers that are none, or
  ///   where the target leaves nothing.
  public init?(target: [[Double]], logProbabilities: [[[Double]]]) {
    let counts = target.map(\.count)
    let all = counts.reduce(0, +)
    guard all > 0, logProbabilities.count == counts.count,
      logProbabilities.allSatisfy({ $0.map(\.count) == counts })
    else { return nil }
    var logs: [[Double]] = []
    for drawer in counts.indices {
      logs.append(
        (0..<counts[drawer]).map { draw in
          let terms = counts.indices.filter { counts[$0] > 0 }.map {
            log(Double(counts[$0]) / Double(all)) + logProbabilities[$0][drawer][draw]
          }
          return target[drawer][draw] - Self.logSum(terms)
        })
    }
    let flat = logs.joined()
    guard let largest = flat.max(), largest.isFinite, !flat.contains(where: \.isNaN) else {
      return nil
    }
    logNormaliser = Self.logSum(Array(flat)) - log(Double(all))
    let (shift, size) = (logNormaliser, Double(all))
    scaled = logs.map { $0.map { exp($0 - shift) } }
    weights = scaled.map { $0.map { $0 / size } }
  }

  /// 1/Σw²: how many equally weighted draws these are worth.
  public var effectiveSampleSize: Double { 1 / weights.joined().reduce(0) { $0 + $1 * $1 } }

  public var largest: Double { weights.joined().max() ?? 0 }

  private static func logSum(_ terms: [Double]) -> Double {
    guard let largest = terms.max(), largest.isFinite else { return terms.max() ?? -.infinity }
    return largest + log(terms.reduce(0) { $0 + exp($1 - largest) })
  }
}
