/// A deterministic stream of random numbers: xoshiro256**, seeded through SplitMix64.
///
/// The same seed gives the same numbers on every machine and in every version.
///
/// Source: Blackman and Vigna 2021, "Scrambled linear pseudorandom number generators"; Steele, Lea
/// and Flood 2014 (SplitMix64); Lemire 2019, "Fast random integer generation in an interval".
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  public init(seed: UInt64) {
    var counter = seed
    func word() -> UInt64 {
      counter &+= 0x9E37_79B9_7F4A_7C15
      var mixed = counter
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
    state = (word(), word(), word(), word())
  }

  public mutating func next() -> UInt64 {
    let product = state.1 &* 5
    let result = (product << 7 | product >> 57) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = state.3 << 45 | state.3 >> 19
    return result
  }

  /// Uniform in 0 ..< 1, a multiple of 2⁻⁵³.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform in 0 ..< `bound`, without bias; 0 where `bound` is below 2.
  public mutating func index(below bound: Int) -> Int {
    guard bound > 1 else { return 0 }
    let bound = UInt64(bound)
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }

  /// Standard normal, by inversion.
  public mutating func normal() -> Double {
    // Cell centres of 0 ..< 1, never 0 or 1 themselves.
    Normal.quantile((Double(next() >> 12) + 0.5) * 0x1p-52) ?? 0
  }
}
