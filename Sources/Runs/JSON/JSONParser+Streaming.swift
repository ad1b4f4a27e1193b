/// Reading piece by piece, for what may be large: nothing is kept that the caller does not keep.
extension JSONParser {
  /// Calls `body` for each key of the object that comes next, positioned before its value, with the
  /// offset of the key. Equal keys are the caller's affair.
  public mutating func object(
    _ body: (inout JSONParser, _ key: String, _ start: Int) throws(JSONError) -> Void
  ) throws(JSONError) {
    guard take(UInt8(ascii: "{")) else { throw unexpected("an object") }
    if take(UInt8(ascii: "}")) { return }
    repeat {
      guard peek() == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
      let start = offset
      let key = try string()
      guard take(UInt8(ascii: ":")) else { throw unexpected("a colon") }
      try body(&self, key, start)
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw unexpected("a comma or }") }
  }

  /// Calls `body` for each element of the array that comes next.
  public mutating func array(
    _ body: (inout JSONParser) throws(JSONError) -> Void
  ) throws(JSONError) {
    guard take(UInt8(ascii: "[")) else { throw unexpected("a list") }
    if take(UInt8(ascii: "]")) { return }
    repeat { try body(&self) } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw unexpected("a comma or ]") }
  }

  /// The text that comes next.
  public mutating func text() throws(JSONError) -> String {
    guard peek() == UInt8(ascii: "\"") else { throw unexpected("a text") }
    return try string()
  }

  /// A whole number from 0 up that comes next, without sign, fraction or exponent.
  public mutating func unsigned() throws(JSONError) -> Int {
    _ = peek()
    let start = offset
    let count = digits()
    let hasLeadingZero = count > 1 && bytes[start] == UInt8(ascii: "0")
    let goesOn =
      offset < bytes.count && (bytes[offset] == UInt8(ascii: ".") || bytes[offset] | 0x20 == 0x65)
    guard count > 0, !hasLeadingZero, !goesOn else {
      offset = start
      throw unexpected("a whole number from 0 up")
    }
    guard let value = Int(String(decoding: bytes[start..<offset], as: UTF8.self)) else {
      throw failure("holds a number that is too large", at: start)
    }
    return value
  }

  /// Passes over the value that comes next; equal keys in it are not noticed.
  public mutating func skipValue(depth: Int = 1) throws(JSONError) {
    try checkDepth(depth)
    switch peek() {
    case UInt8(ascii: "{"):
      try object { parser, _, _ throws(JSONError) in try parser.skipValue(depth: depth + 1) }
    case UInt8(ascii: "["):
      try array { parser throws(JSONError) in try parser.skipValue(depth: depth + 1) }
    default: _ = try value(depth: depth)
    }
  }
}
