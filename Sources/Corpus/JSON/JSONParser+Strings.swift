extension JSONParser {
  /// The string at the offset, which stands on its opening quote.
  mutating func string() throws(JSONError) -> String {
    offset += 1
    let start = offset
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\"") {
        let text = try text(start..<offset)
        offset += 1
        return text
      }
      if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
      if byte < 0x20 { break }
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
      if byte < 0x20 { break }
      offset += 1
    }
    throw unfinishedString()
  }

  private mutating func escape() throws(JSONError) -> Unicode.Scalar {
    let start = position
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
      guard first < 0xDC00, offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"),
        bytes[offset + 1] == UInt8(ascii: "u")
      else { throw JSONError(position: start, problem: "lone surrogate; half a character") }
      offset += 2
      let second = try hexadecimal(start)
      guard (0xDC00...0xDFFF).contains(second),
        let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
      else { throw JSONError(position: start, problem: "lone surrogate; half a character") }
      return scalar
    default: throw JSONError(position: start, problem: "unknown escape in a text")
    }
  }

  private mutating func hexadecimal(_ start: JSONPosition) throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard offset < bytes.count, let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue
      else { throw JSONError(position: start, problem: "\\u needs four hexadecimal digits") }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }

  private func text(_ range: Range<Int>) throws(JSONError) -> String {
    let slice = UnsafeBufferPointer(rebasing: bytes[range])
    if let text = String(validating: slice, as: UTF8.self) { return text }
    let valid = Unicode8.validPrefix(slice)
    throw JSONError(
      position: JSONPosition(line: line, column: range.lowerBound + valid - lineStart + 1),
      problem: "not UTF-8; save the file as UTF-8")
  }

  private func unfinishedString() -> JSONError {
    guard offset < bytes.count else { return failure("the text has no closing quote") }
    return failure(
      bytes[offset] == 0
        ? "NUL byte; the file is damaged"
        : "raw control character in a text; write it as \\n, \\t or \\u00XX")
  }
}
