import Foundation

/// Settings drawn at random, the same for one seed and one stage on every machine.
///
/// Source: Bergstra and Bengio 2012, "Random search for hyper-parameter optimization"; the numbers
/// are SplitMix64's (Steele, Lea and Flood 2014), seeded by FNV-1a of seed and name.
struct SweepDraws {
  /// A range that values are drawn from, evenly or evenly on the logarithm.
  struct Range {
    let low: Double
    let high: Double
    let isLogarithmic: Bool
  }

  /// Digits that a drawn value has: it is used as its name prints it.
  static let digits = 3

  private var state: UInt64

  init(seed: Int, name: String) {
    state = "\(seed)/\(name)".utf8.reduce(0xcbf2_9ce4_8422_2325) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3
    }
  }

  /// Uniform in 0 ..< 1.
  private mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((mixed ^ (mixed >> 31)) >> 11) * 0x1p-53
  }

  /// So many values of three digits inside the range, none twice; nil where it holds too few.
  mutating func values(_ count: Int, in range: Range) -> [String]? {
    var found: [String] = []
    var known: Set<String> = []
    for _ in 0..<(100 * count) where found.count < count {
      let share = uniform()
      let value =
        range.isLogarithmic
        ? exp(log(range.low) + share * (log(range.high) - log(range.low)))
        : range.low + share * (range.high - range.low)
      let text = Self.text(value)
      guard let rounded = Double(text), rounded >= range.low, rounded <= range.high,
        known.insert(text).inserted
      else { continue }
      found.append(text)
    }
    return found.count == count ? found : nil
  }

  /// `0.0231`, and `2.31e-4` where that is shorter.
  private static func text(_ value: Double) -> String {
    let scientific = String(format: "%.\(digits - 1)e", value)
    guard let rounded = Double(scientific), rounded != 0 else { return "0" }
    let exponent = Int(floor(log10(abs(rounded))))
    guard (-2...5).contains(exponent) else {
      let parts = scientific.split(separator: "e")
      return "\(parts[0])e\(Int(parts[1]) ?? exponent)"
    }
    return String(format: "%.\(max(0, digits - 1 - exponent))f", rounded)
  }
}
