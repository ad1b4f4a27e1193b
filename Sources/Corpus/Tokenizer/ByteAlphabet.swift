/// The byte-level alphabet: every byte as one printable character.
///
/// The 188 printable bytes of Latin-1 stand for themselves, the other 68 for U+0100 onwards in
/// order. Source: Radford et al. 2019, the published GPT-2 encoder.
enum ByteAlphabet {
  /// The character of each byte.
  static let scalars: [Unicode.Scalar] = {
    var next: UInt8 = 0
    return (0...255).map { (byte: Int) -> Unicode.Scalar in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Unicode.Scalar(UInt8(byte))
      default:
        defer { next += 1 }
        // U+0100 to U+0143 are letters, never surrogates.
        return Unicode.Scalar(0x100 + UInt16(next)) ?? "\u{FFFD}"
      }
    }
  }()

  /// The UTF-8 of each byte's character.
  static let encoded: [[UInt8]] = scalars.map { Array(String($0).utf8) }

  private static let bytes: [Unicode.Scalar: UInt8] = Dictionary(
    uniqueKeysWithValues: zip(scalars, UInt8.min...UInt8.max))

  /// The bytes that a token stands for; nil when it holds a character outside the alphabet.
  static func decode(_ token: some Sequence<Unicode.Scalar>) -> [UInt8]? {
    var result: [UInt8] = []
    for scalar in token {
      guard let byte = bytes[scalar] else { return nil }
      result.append(byte)
    }
    return result
  }
}
