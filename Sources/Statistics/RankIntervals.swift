import Foundation

/// Which ranks each of several systems may have, all statements holding together.
///
/// All pairwise differences get simultaneous intervals (bootstrap of the largest |t| over pairs,
/// resampling prompts). A system's rank lies between 1 + the number of surely better systems and
/// m − the number of surely worse ones.
public enum RankIntervals {
  /// - Parameters:
  ///   - scores: `[system][prompt]`, higher is better, the same prompts for all.
  /// - Returns: per system, 1 being best; nil for no system, fewer than two prompts, lists of
  ///   different length, or a value that is not finite.
  public static func ranks(
    _ scores: [[Double]], confidence: Double = 0.95, resamples: Int = 2000, seed: UInt64 = 1
  ) -> [ClosedRange<Int>]? {
    guard let prompts = scores.first?.count, prompts > 1, resamples > 1, confidence > 0,
      confidence < 1,
      scores.allSatisfy({ $0.count == prompts && $0.allSatisfy(\.isFinite) })
    else { return nil }
    let means = scores.compactMap(Sample.mean)
    guard means.count == scores.count else { return nil }
    let pairs = scores.indices.flatMap { first in
      (first + 1..<scores.count).map { Pair(first, $0, scores, means) }
    }
    let bound = bound(pairs, scores, means, confidence, resamples, seed)
    var better = [Int](repeating: 0, count: scores.count)
    var worse = better
    for pair in pairs where abs(pair.difference) > bound * pair.error {
      better[pair.difference > 0 ? pair.second : pair.first] += 1
      worse[pair.difference > 0 ? pair.first : pair.second] += 1
    }
    return scores.indices.map { 1 + better[$0]...scores.count - worse[$0] }
  }

  private struct Pair {
    let first: Int
    let second: Int
    let difference: Double
    let error: Double

    init(_ first: Int, _ second: Int, _ scores: [[Double]], _ means: [Double]) {
      self.first = first
      self.second = second
      difference = means[first] - means[second]
      let differences = zip(scores[first], scores[second]).map { $0 - $1 }
      let deviation = Sample.standardDeviation(differences) ?? 0
      // A constant difference is known exactly, but for rounding.
      let scale = differences.reduce(0) { max($0, abs($1)) }
      error =
        deviation <= 1e-14 * scale ? 0 : deviation / Double(differences.count).squareRoot()
    }
  }

  /// The quantile of the largest |t| among the pairs.
  private static func bound(
    _ pairs: [Pair], _ scores: [[Double]], _ means: [Double], _ confidence: Double,
    _ resamples: Int, _ seed: UInt64
  ) -> Double {
    let uncertain = pairs.filter { $0.error > 0 }
    guard !uncertain.isEmpty else { return 0 }
    var generator = SeededGenerator(seed: seed)
    let prompts = scores[0].count
    var chosen = [Int](repeating: 0, count: prompts)
    let largest = (0..<resamples).map { _ in
      for index in chosen.indices { chosen[index] = generator.index(below: prompts) }
      let shifts = scores.indices.map { system in
        let values = scores[system]
        return chosen.reduce(0) { $0 + values[$1] } / Double(prompts) - means[system]
      }
      return uncertain.reduce(0) { largest, pair in
        max(largest, abs(shifts[pair.first] - shifts[pair.second]) / pair.error)
      }
    }
    return Sample.quantile(confidence, of: largest) ?? .infinity
  }
}
