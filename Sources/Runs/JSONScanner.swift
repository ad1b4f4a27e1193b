/// Reads JSON (RFC 8259) from untrusted bytes, one token at a time.
///
/// Foundation's decoders keep one of two equal keys, build the whole tree before anything can be
/// refused, and give no position; file headers need all three.
struct JSONScanner {
  struct Failure: Error, Equatable {
    let problem: String
    /// Byte offset from the start of the text.
    let position: Int
  }

  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func failure(_ problem: String, at position: Int? = nil) -> Failure {
    Failure(problem: problem, position: position ?? self.position)
  }

  var isAtEnd: Bool { position == bytes.count }

  mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"):
        position += 1
      default: return
      }
    }
  }

  /// The next byte that is not space; nil at the end.
  mutating func peek() -> UInt8? {
    skipSpace()
    return position < bytes.count ? bytes[position] : nil
  }

  mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: byte) else { return false }
    position += 1
    return true
  }

  mutating func expect(_ byte: Unicode.Scalar) throws(Failure) {
    guard take(byte) else {
      throw failure("is not valid JSON: expected '\(Character(byte))', \(found)")
    }
  }

  private var found: String {
    guard position < bytes.count else { return "the text ends" }
    let byte = bytes[position]
    return (0x21..<0x7F).contains(byte)
      ? "found '\(Character(Unicode.Scalar(byte)))'" : "found byte \(byte)"
  }

  /// Calls `body` for each key of an object, positioned at its value.
  mutating func object(
    _ body: (inout JSONScanner, String) throws(Failure) -> Void
  ) throws(Failure) {
    try expect("{")
    if take("}") { return }
    repeat {
      skipSpace()
      let key = try string()
      try expect(":")
      try body(&self, key)
    } while take(",")
    try expect("}")
  }

  /// Calls `body` for each element of an array.
  mutating func array(_ body: (inout JSONScanner) throws(Failure) -> Void) throws(Failure) {
    try expect("[")
    if take("]") { return }
    repeat { try body(&self) } while take(",")
    try expect("]")
  }

  /// An integer from 0 up, without sign, fraction or exponent.
  mutating func unsigned() throws(Failure) -> Int {
    skipSpace()
    let start = position
    var value = 0
    while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position])
    {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(bytes[position] & 15))
      if overflow || carry { throw failure("holds a number that is too large", at: start) }
      value = sum
      position += 1
    }
    let hasLeadingZero = position - start > 1 && bytes[start] == UInt8(ascii: "0")
    let goesOn =
      position < bytes.count && [".", "e", "E"].contains(UnicodeScalar(bytes[position]))
    guard position > start, !hasLeadingZero, !goesOn else {
      position = start
      throw failure("expected a whole number from 0 up, \(found)")
    }
    return value
  }

  mutating func string() throws(Failure) -> String {
    skipSpace()
    try expect("\"")
    let start = position
    var bits: UInt8 = 0
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        let slice = bytes[start..<position - 1]
        // Headers are ASCII almost always, and validation costs as much as all the rest.
        return bits < 0x80 ? String(decoding: slice, as: UTF8.self) : try text(slice)
      case UInt8(ascii: "\\"):
        return try escapedString(from: start)
      case 0..<0x20:
        throw failure("is not valid JSON: a control character stands in a string")
      default:
        bits |= byte
        position += 1
      }
    }
    throw failure("is not valid JSON: a string does not end", at: start - 1)
  }

  private func text(_ slice: ArraySlice<UInt8>) throws(Failure) -> String {
    guard let text = String(validating: slice, as: UTF8.self) else {
      throw failure("holds a string that is not UTF-8", at: slice.startIndex)
    }
    return text
  }

  private mutating func escapedString(from start: Int) throws(Failure) -> String {
    var unescaped = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        return try text(unescaped[...])
      case UInt8(ascii: "\\"):
        unescaped.append(contentsOf: String(try escape()).utf8)
      case 0..<0x20:
        throw failure("is not valid JSON: a control character stands in a string", at: position - 1)
      default:
        unescaped.append(byte)
      }
    }
    throw failure("is not valid JSON: a string does not end", at: start - 1)
  }

  private mutating func escape() throws(Failure) -> Unicode.Scalar {
    guard position < bytes.count else { throw failure("is not valid JSON: a string does not end") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw failure("is not valid JSON: unknown escape in a string", at: position - 1)
    }
  }

  private mutating func unicodeEscape() throws(Failure) -> Unicode.Scalar {
    let start = position - 2
    let high = try hexadecimal()
    if let scalar = Unicode.Scalar(high) { return scalar }
    guard high < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    else { throw failure("is not valid JSON: half a surrogate pair in a string", at: start) }
    position += 2
    let low = try hexadecimal()
    guard (0xDC00..<0xE000).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    else { throw failure("is not valid JSON: half a surrogate pair in a string", at: start) }
    return scalar
  }

  private mutating func hexadecimal() throws(Failure) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count,
        let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue
      else { throw failure("is not valid JSON: \\u needs four hexadecimal digits") }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  /// Passes over any value, at most `depth` levels of nesting deep.
  mutating func skipValue(depth: Int = 32) throws(Failure) {
    guard depth > 0 else { throw failure("is nested too deeply") }
    switch peek() {
    case UInt8(ascii: "{"):
      try object { (scanner, _) throws(Failure) in try scanner.skipValue(depth: depth - 1) }
    case UInt8(ascii: "["):
      try array { (scanner) throws(Failure) in try scanner.skipValue(depth: depth - 1) }
    case UInt8(ascii: "\""):
      _ = try string()
    default:
      try skipWord()
    }
  }

  /// A number or a constant; only values that nobody reads come here, so its letters are enough.
  private mutating func skipWord() throws(Failure) {
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
        position += 1
      default:
        guard position > start else { throw failure("is not valid JSON: a value is missing") }
        return
      }
    }
  }
}
