/// A hash table from byte strings to 32-bit numbers that allocates nothing on look-up.
///
/// Keys lie end to end in one array; open addressing with linear probing. Look-ups never depend
/// on the hash's order, so the seed may differ between processes.
struct ByteTable {
  private static let seed = UInt64.random(in: .min ... .max)

  private var arena: [UInt8] = []
  private var starts: [UInt32] = [0]
  private(set) var values: [Int32] = []
  /// Entry number + 1; 0 is free.
  private var slots: [UInt32]
  private var mask: Int

  init(capacity: Int = 16) {
    var size = 32
    while size < capacity * 2 { size *= 2 }
    slots = [UInt32](repeating: 0, count: size)
    mask = size - 1
  }

  var count: Int { values.count }

  /// The key of an entry, entries numbered in order of insertion.
  func key(_ entry: Int) -> ArraySlice<UInt8> {
    arena[Int(starts[entry])..<Int(starts[entry + 1])]
  }

  /// The value under a key.
  func value(_ key: UnsafeBufferPointer<UInt8>) -> Int32? {
    find(key, hash: Self.hash(key)).entry.map { values[$0] }
  }

  func value(_ key: [UInt8]) -> Int32? {
    key.withUnsafeBufferPointer { value($0) }
  }

  /// Inserts a value under a new key; gives the entry, or the known one and false.
  mutating func insert(
    _ key: UnsafeBufferPointer<UInt8>, _ value: Int32
  ) -> (entry: Int, inserted: Bool) {
    let hash = Self.hash(key)
    var found = find(key, hash: hash)
    if let entry = found.entry { return (entry, false) }
    if (values.count + 1) * 2 > slots.count {
      grow()
      found = find(key, hash: hash)
    }
    arena.append(contentsOf: key)
    starts.append(UInt32(arena.count))
    values.append(value)
    slots[found.slot] = UInt32(values.count)
    return (values.count - 1, true)
  }

  mutating func insert(_ key: [UInt8], _ value: Int32) -> (entry: Int, inserted: Bool) {
    key.withUnsafeBufferPointer { insert($0, value) }
  }

  private func find(
    _ key: UnsafeBufferPointer<UInt8>, hash: UInt64
  ) -> (entry: Int?, slot: Int) {
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let entry = Int(slots[slot]) - 1
      let start = Int(starts[entry])
      if Int(starts[entry + 1]) - start == key.count {
        var index = 0
        while index < key.count, arena[start + index] == key[index] { index += 1 }
        if index == key.count { return (entry, slot) }
      }
      slot = (slot + 1) & mask
    }
    return (nil, slot)
  }

  private mutating func grow() {
    let size = slots.count * 2
    mask = size - 1
    slots = [UInt32](repeating: 0, count: size)
    arena.withUnsafeBufferPointer { arena in
      for entry in 0..<values.count {
        let range = Int(starts[entry])..<Int(starts[entry + 1])
        var slot = Int(truncatingIfNeeded: Self.hash(.init(rebasing: arena[range]))) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = UInt32(entry + 1)
      }
    }
  }

  /// Eight bytes at a time, multiplied and folded; seeded, so that files cannot aim at it.
  private static func hash(_ key: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var state = seed ^ UInt64(key.count) &* 0x9E37_79B9_7F4A_7C15
    let raw = UnsafeRawBufferPointer(key)
    var index = 0
    while index + 8 <= raw.count {
      state = fold(state ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      index += 8
    }
    var tail: UInt64 = 0
    while index < raw.count {
      tail = tail << 8 | UInt64(raw[index])
      index += 1
    }
    return fold(state ^ tail)
  }

  @inline(__always)
  private static func fold(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    return product.high ^ product.low
  }
}
