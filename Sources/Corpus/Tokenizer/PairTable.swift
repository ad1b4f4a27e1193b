/// Merges: from a pair of token ids to the rank of the merge and the id it makes.
struct PairTable {
  struct Merge {
    let rank: Int32
    let id: Int32
  }

  private var keys: [UInt64]
  private var merges: [Merge]
  private let mask: Int
  private(set) var count = 0

  private static let free = UInt64.max

  /// - Parameter capacity: the most merges that will be inserted.
  init(capacity: Int) {
    var size = 16
    while size < capacity * 2 + 2 { size *= 2 }
    keys = [UInt64](repeating: Self.free, count: size)
    merges = [Merge](repeating: Merge(rank: 0, id: 0), count: size)
    mask = size - 1
  }

  /// A later merge of the same pair replaces the earlier one, as in Hugging Face tokenizers.
  mutating func insert(_ left: Int32, _ right: Int32, _ merge: Merge) {
    let key = Self.key(left, right)
    let slot = slot(key)
    if keys[slot] == Self.free { count += 1 }
    keys[slot] = key
    merges[slot] = merge
  }

  @inline(__always)
  func merge(_ left: Int32, _ right: Int32) -> Merge? {
    let key = Self.key(left, right)
    let slot = slot(key)
    return keys[slot] == key ? merges[slot] : nil
  }

  /// Whether some merge joins a pair that a condition holds for.
  func contains(where isMatch: (_ left: Int32, _ right: Int32) -> Bool) -> Bool {
    keys.contains { key in
      key != Self.free
        && isMatch(Int32(truncatingIfNeeded: key >> 32), Int32(truncatingIfNeeded: key))
    }
  }

  @inline(__always)
  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  @inline(__always)
  private func slot(_ key: UInt64) -> Int {
    let product = (key &+ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    var slot = Int(truncatingIfNeeded: product.high ^ product.low) & mask
    while keys[slot] != key, keys[slot] != Self.free { slot = (slot + 1) & mask }
    return slot
  }
}
