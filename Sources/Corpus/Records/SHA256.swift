/// The SHA-256 digest, for identities of tokenizers and texts; nothing here is secret.
///
/// Source: FIPS 180-4, section 6.2. The constants are computed as it defines them: fractional
/// bits of the square and cube roots of the first primes.
enum SHA256 {
  /// The digest in 64 hexadecimal digits.
  static func hexadecimal(_ message: [UInt8]) -> String {
    digest(message).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  static func digest(_ message: [UInt8]) -> [UInt8] {
    var state = initial
    var schedule = [UInt32](repeating: 0, count: 64)
    let padded = padding(message)
    for block in stride(from: 0, to: padded.count, by: 64) {
      for index in 0..<16 {
        let at = block + index * 4
        schedule[index] =
          UInt32(padded[at]) << 24 | UInt32(padded[at + 1]) << 16 | UInt32(padded[at + 2]) << 8
          | UInt32(padded[at + 3])
      }
      for index in 16..<64 {
        let early = schedule[index - 15]
        let late = schedule[index - 2]
        let first = turn(early, 7) ^ turn(early, 18) ^ early >> 3
        let second = turn(late, 17) ^ turn(late, 19) ^ late >> 10
        schedule[index] = schedule[index - 16] &+ first &+ schedule[index - 7] &+ second
      }
      compress(&state, schedule)
    }
    return state.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) } }
  }

  private static func compress(_ state: inout [UInt32], _ schedule: [UInt32]) {
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for index in 0..<64 {
      let choice = e & f ^ ~e & g
      let majority = a & b ^ a & c ^ b & c
      let upper = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)
      let lower = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)
      let first = h &+ upper &+ choice &+ constants[index] &+ schedule[index]
      let second = lower &+ majority
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ second)
    }
    for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
  }

  private static func padding(_ message: [UInt8]) -> [UInt8] {
    var padded = message + [0x80]
    padded += [UInt8](repeating: 0, count: (120 - padded.count % 64) % 64)
    let bits = UInt64(message.count) * 8
    for shift in stride(from: 56, through: 0, by: -8) {
      padded.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
    }
    return padded
  }

  @inline(__always)
  private static func turn(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word >> count | word << (32 - count)
  }

  private static let primes: [UInt64] = (2...311).filter { number in
    !(2..<number).contains { number.isMultiple(of: $0) }
  }

  private static let initial = primes.prefix(8).map { root($0, power: 2) }
  private static let constants = primes.prefix(64).map { root($0, power: 3) }

  /// The first 32 fractional bits of a root, found bit by bit in whole numbers.
  private static func root(_ prime: UInt64, power: Int) -> UInt32 {
    var low: UInt64 = 0
    for bit in stride(from: UInt64(35), through: 0, by: -1) {
      let candidate = low | 1 << bit
      if !exceeds(candidate, power, prime) { low = candidate }
    }
    return UInt32(truncatingIfNeeded: low)
  }

  /// Whether (candidate / 2³²) to the power is more than the prime.
  private static func exceeds(_ candidate: UInt64, _ power: Int, _ prime: UInt64) -> Bool {
    let square = candidate.multipliedFullWidth(by: candidate)
    // The square has 64 fractional bits, its high half the whole part (at most 2⁸).
    if power == 2 { return (square.high, square.low) > (prime, 0) }
    let high = square.high.multipliedFullWidth(by: candidate)
    let low = square.low.multipliedFullWidth(by: candidate)
    // high · 2⁶⁴ + low has 96 fractional bits.
    let (middle, overflow) = high.low.addingReportingOverflow(low.high)
    let top = high.high + (overflow ? 1 : 0)
    let limit = prime << 32
    return (top, middle, low.low) > (0, limit, 0)
  }
}
