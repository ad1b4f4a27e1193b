/// The generator MT19937, seeded by an array of words as CPython seeds its own.
///
/// Only to repeat choices that others made with it; Plumb's own numbers come from
/// ``SeededGenerator``.
///
/// Source: Matsumoto and Nishimura 1998, "Mersenne twister"; the array seeding of their 2002 code.
public struct MersenneTwister: Sendable {
  private static let size = 624
  private static let middle = 397
  private var state: [UInt32]
  private var position = MersenneTwister.size

  /// - Parameter words: the seed as 32-bit words, least significant first; none stand for one 0.
  public init(words: [UInt32]) {
    let words = words.isEmpty ? [0] : words
    state = [UInt32](repeating: 0, count: Self.size)
    state[0] = 19_650_218
    for index in 1..<Self.size {
      let previous = state[index - 1]
      state[index] = 1_812_433_253 &* (previous ^ previous >> 30) &+ UInt32(index)
    }
    var index = 1
    var word = 0
    for _ in 0..<max(Self.size, words.count) {
      let previous = state[index - 1]
      state[index] =
        (state[index] ^ (previous ^ previous >> 30) &* 1_664_525) &+ words[word] &+ UInt32(word)
      index += 1
      word = word + 1 == words.count ? 0 : word + 1
      wrap(&index)
    }
    for _ in 0..<Self.size - 1 {
      let previous = state[index - 1]
      state[index] =
        (state[index] ^ (previous ^ previous >> 30) &* 1_566_083_941) &- UInt32(index)
      index += 1
      wrap(&index)
    }
    state[0] = 0x8000_0000
  }

  /// Seeds with a whole number given by its bytes, most significant first.
  public init(bigEndian bytes: some Sequence<UInt8>) {
    var words: [UInt32] = []
    for (place, byte) in Array(bytes).reversed().enumerated() {
      if place % 4 == 0 { words.append(0) }
      words[place / 4] |= UInt32(byte) << (8 * (place % 4))
    }
    while words.last == 0 { words.removeLast() }
    self.init(words: words)
  }

  private mutating func wrap(_ index: inout Int) {
    guard index >= Self.size else { return }
    state[0] = state[Self.size - 1]
    index = 1
  }

  /// The next 32 bits.
  public mutating func next() -> UInt32 {
    if position == Self.size { refill() }
    var word = state[position]
    position += 1
    word ^= word >> 11
    word ^= word << 7 & 0x9D2C_5680
    word ^= word << 15 & 0xEFC6_0000
    return word ^ word >> 18
  }

  private mutating func refill() {
    for index in 0..<Self.size {
      let joined =
        state[index] & 0x8000_0000 | state[(index + 1) % Self.size] & 0x7FFF_FFFF
      state[index] =
        state[(index + Self.middle) % Self.size] ^ joined >> 1
        ^ (joined & 1 == 1 ? 0x9908_B0DF : 0)
    }
    position = 0
  }
}
