/// UTF-8 by bytes, where strings would be too slow.
enum Unicode8 {
  /// The number of leading bytes that are valid UTF-8.
  static func validPrefix(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var valid = 0
    while case .scalarValue(let scalar) = decoder.decode(&iterator) {
      valid += UTF8.width(scalar)
    }
    return valid
  }

  /// Appends the UTF-8 of a character.
  @inline(__always)
  static func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
    if scalar.value < 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: scalar.value))
    } else {
      bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
  }

  /// The length of the character that begins with a byte of valid UTF-8.
  @inline(__always)
  static func width(_ first: UInt8) -> Int {
    first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
  }

  /// The character at an offset of valid UTF-8, and its length.
  @inline(__always)
  static func scalar(
    _ bytes: UnsafeBufferPointer<UInt8>, at offset: Int
  ) -> (scalar: Unicode.Scalar, width: Int) {
    let first = UInt32(bytes[offset])
    let width = width(bytes[offset])
    var value: UInt32
    switch width {
    case 1: value = first
    case 2: value = first & 0x1F
    case 3: value = first & 0x0F
    default: value = first & 0x07
    }
    for index in 1..<width {
      let next = offset + index
      value = value << 6 | UInt32(next < bytes.count ? bytes[next] & 0x3F : 0)
    }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", width)
  }
}
