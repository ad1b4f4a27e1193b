import Foundation

/// Whether paired differences centre on zero, by flipping their signs at random.
///
/// Assumes only that under the null hypothesis each difference is as likely as its negative.
public enum SignFlipTest {
  /// Up to this many differences that are not zero, all sign patterns are counted.
  public static let mostExact = 20

  /// The two-sided p-value; nil without differences, or where one is not finite.
  ///
  /// - Parameters:
  ///   - resamples: random sign patterns where there are too many to count; then
  ///     p = (1 + #)/(1 + resamples).
  public static func pValue(
    _ differences: [Double], resamples: Int = 100_000, seed: UInt64 = 1
  ) -> Double? {
    guard !differences.isEmpty, differences.allSatisfy(\.isFinite) else { return nil }
    let moving = differences.filter { $0 != 0 }
    guard !moving.isEmpty else { return 1 }
    // Sums of the same numbers in another order differ in their last bits.
    let tolerance = 1e-12 * moving.reduce(0) { $0 + abs($1) }
    let observed = abs(moving.reduce(0, +)) - tolerance
    return moving.count <= mostExact
      ? exact(moving, observed) : sampled(moving, observed, resamples: resamples, seed: seed)
  }

  private static func exact(_ differences: [Double], _ observed: Double) -> Double {
    // A pattern and its mirror image are equally extreme: the first sign is held.
    var sums = [differences[0]]
    sums.reserveCapacity(1 << (differences.count - 1))
    for difference in differences.dropFirst() {
      for index in sums.indices {
        let sum = sums[index]
        sums[index] = sum + difference
        sums.append(sum - difference)
      }
    }
    return Double(sums.count { abs($0) >= observed }) / Double(sums.count)
  }

  private static func sampled(
    _ differences: [Double], _ observed: Double, resamples: Int, seed: UInt64
  ) -> Double? {
    guard resamples > 0 else { return nil }
    var generator = SeededGenerator(seed: seed)
    let total = differences.reduce(0, +)
    var extreme = 0
    for _ in 0..<resamples {
      var flipped = 0.0
      var bits: UInt64 = 0
      for (index, difference) in differences.enumerated() {
        if index % 64 == 0 { bits = generator.next() }
        if bits & 1 == 1 { flipped += difference }
        bits >>= 1
      }
      if abs(total - 2 * flipped) >= observed { extreme += 1 }
    }
    return Double(1 + extreme) / Double(1 + resamples)
  }
}
