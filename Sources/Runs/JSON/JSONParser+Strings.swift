extension JSONParser {
  /// The string at the offset, which stands on its opening quote.
  mutating func string() throws(JSONError) -> String {
    offset += 1
    let start = offset
    var bits: UInt8 = 0
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\"") {
        // Names are ASCII almost always, and to validate them would cost as much as all the rest.
        let text =
          bits < 0x80
          ? String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<offset]), as: UTF8.self)
          : try text(start..<offset)
        offset += 1
        return text
      }
      if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
      if byte < 0x20, manner == .strict { break }
      bits |= byte
      offset += 1
    }
    throw unfinishedString()
  }

  /// A string with escapes: decoded into a buffer of its own.
  private mutating func escapedString(from start: Int) throws(JSONError) -> String {
    var decoded = ""
    var run = start
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\"") {
        decoded += try text(run..<offset)
        offset += 1
        return decoded
      }
      if byte == UInt8(ascii: "\\") {
        decoded += try text(run..<offset)
        decoded.unicodeScalars.append(try escape())
        run = offset
        continue
      }
      if byte < 0x20, manner == .strict { break }
      offset += 1
    }
    throw unfinishedString()
  }

  private mutating func escape() throws(JSONError) -> Unicode.Scalar {
    let start = offset
    offset += 1
    guard offset < bytes.count else { throw unfinishedString() }
    let byte = bytes[offset]
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let first = try hexadecimal(start)
      if let scalar = Unicode.Scalar(first) { return scalar }
      // A high surrogate is half a character: only its low partner completes it.
      let behind = offset
      if first < 0xDC00, offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"),
        bytes[offset + 1] == UInt8(ascii: "u")
      {
        offset += 2
        let second = try hexadecimal(start)
        if (0xDC00...0xDFFF).contains(second),
          let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        {
          return scalar
        }
      }
      guard manner == .lenient else {
        throw failure("lone surrogate; half a character", at: start)
      }
      offset = behind
      return "\u{FFFD}"
    default: throw failure("unknown escape in a text", at: start)
    }
  }

  private mutating func hexadecimal(_ start: Int) throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard offset < bytes.count, let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue
      else { throw failure("\\u needs four hexadecimal digits", at: start) }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }

  private func text(_ range: Range<Int>) throws(JSONError) -> String {
    let slice = UnsafeBufferPointer(rebasing: bytes[range])
    if let text = String(validating: slice, as: UTF8.self) { return text }
    if manner == .lenient { return String(decoding: slice, as: UTF8.self) }
    throw failure(
      "not UTF-8; save the file as UTF-8", at: range.lowerBound + Self.validPrefix(slice))
  }

  private func unfinishedString() -> JSONError {
    guard offset < bytes.count else { return failure("the text has no closing quote") }
    return failure(
      bytes[offset] == 0
        ? "NUL byte; the file is damaged"
        : "raw control character in a text; write it as \\n, \\t or \\u00XX")
  }

  /// The number of leading bytes that are valid UTF-8.
  private static func validPrefix(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var valid = 0
    while case .scalarValue(let scalar) = decoder.decode(&iterator) {
      valid += UTF8.width(scalar)
    }
    return valid
  }
}
