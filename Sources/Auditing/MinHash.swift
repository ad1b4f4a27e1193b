/// 126 numbers of a set of shingles; the share of places in which those of two sets are equal
/// estimates their Jaccard's coefficient.
///
/// One pass: a shingle's hash falls into one of 126 bins, each of which keeps its least. A bin that
/// nothing fell into takes the number of another, found by hashing, so that short texts have all
/// places too.
///
/// Source: Li, Owen and Zhang 2012, "One permutation hashing"; Shrivastava 2017, "Optimal
/// densification for fast and accurate minwise hashing".
struct MinHash {
  /// Bands × rows of ``NearIndex``.
  static let places = 126

  /// ``places`` numbers; all 0 for a set without shingles.
  let numbers: [UInt32]

  init(_ shingles: Shingles) {
    var least = [UInt64](repeating: .max, count: Self.places)
    for shingle in shingles.all {
      let hash = Self.mixed(shingle)
      // The upper half chooses the bin, the lower half is the number.
      let bin = Self.bin(of: hash)
      least[bin] = min(least[bin], hash & 0xFFFF_FFFF)
    }
    guard !shingles.all.isEmpty else {
      numbers = [UInt32](repeating: 0, count: Self.places)
      return
    }
    numbers = least.indices.map { place in
      var found = least[place]
      var attempt: UInt64 = 0
      while found == .max {
        attempt += 1
        found = least[Self.bin(of: Self.mixed(UInt64(place) << 32 | attempt))]
      }
      return UInt32(found)
    }
  }

  private static func bin(of hash: UInt64) -> Int { Int(((hash >> 32) * UInt64(places)) >> 32) }

  /// A permutation of all numbers of 64 bits in which every bit depends on every other: the
  /// finaliser of SplitMix64 (Steele, Lea and Flood 2014).
  static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
