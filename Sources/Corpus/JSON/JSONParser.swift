/// A strict JSON parser over bytes.
///
/// Refuses what RFC 8259 leaves open: duplicate keys, lone surrogates, invalid UTF-8, numbers
/// beyond a double, and nesting deeper than ``depthLimit``.
struct JSONParser {
  static let depthLimit = 128

  let bytes: UnsafeBufferPointer<UInt8>
  var offset: Int
  private(set) var line: Int
  private(set) var lineStart: Int

  /// - Parameters:
  ///   - offset: where to begin.
  ///   - line: the number of the line that begins at `lineStart`.
  init(_ bytes: UnsafeBufferPointer<UInt8>, offset: Int = 0, line: Int = 1, lineStart: Int = 0) {
    self.bytes = bytes
    self.offset = offset
    self.line = line
    self.lineStart = lineStart
  }

  /// Parses bytes that hold one value and nothing else, but for a byte order mark in front.
  static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
    var result: Result<JSONValue, JSONError>?
    bytes.withUnsafeBufferPointer { buffer in
      let start = buffer.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
      var parser = JSONParser(buffer, offset: start, lineStart: start)
      result = Result { () throws(JSONError) in try parser.document() }
    }
    guard let result else { preconditionFailure("withUnsafeBufferPointer calls its body") }
    return try result.get()
  }

  var position: JSONPosition { JSONPosition(line: line, column: offset - lineStart + 1) }

  /// One value up to the end of the bytes.
  mutating func document() throws(JSONError) -> JSONValue {
    let result = try value()
    skipSpace()
    guard offset == bytes.count else { throw failure("more text after the value") }
    return result
  }

  /// The next byte that is not white space, without taking it; nil at the end.
  mutating func peek() -> UInt8? {
    skipSpace()
    return offset < bytes.count ? bytes[offset] : nil
  }

  /// Takes the next byte that is not white space if it is the given one.
  mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    offset += 1
    return true
  }

  mutating func value(depth: Int = 1) throws(JSONError) -> JSONValue {
    guard depth <= Self.depthLimit else {
      throw failure("nested deeper than \(Self.depthLimit) levels")
    }
    switch peek() {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return .object(try object(depth: depth))
    case UInt8(ascii: "["):
      offset += 1
      var items: [JSONValue] = []
      if take(UInt8(ascii: "]")) { return .array(items) }
      while true {
        items.append(try value(depth: depth + 1))
        if take(UInt8(ascii: ",")) { continue }
        guard take(UInt8(ascii: "]")) else { throw unexpected("a comma or ]") }
        return .array(items)
      }
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), .some(0x30...0x39): return try number()
    case UInt8(ascii: "N"), UInt8(ascii: "I"):
      throw failure("NaN and Infinity are not JSON; write a finite number or null")
    default: throw unexpected("a value")
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
    offset += 1
    var members: [JSONObject.Member] = []
    var seen = ByteTable()
    if take(UInt8(ascii: "}")) { return JSONObject(members: []) }
    while true {
      guard peek() == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
      let keyPosition = position
      let key = try string()
      // Compared by bytes: Swift's == takes canonically equivalent keys for one. A table pays
      // only for objects of many keys; rows of data have few.
      let known: Bool
      if members.count < 16 {
        known = members.contains { $0.key == key && $0.key.utf8.elementsEqual(key.utf8) }
      } else {
        if seen.count == 0 {
          for member in members { _ = seen.insert(Array(member.key.utf8), 0) }
        }
        known = !seen.insert(Array(key.utf8), 0).inserted
      }
      guard !known else {
        throw JSONError(position: keyPosition, problem: "duplicate key \(Shown.text(key))")
      }
      guard take(UInt8(ascii: ":")) else { throw unexpected("a colon") }
      skipSpace()
      let start = position
      members.append(
        JSONObject.Member(key: key, value: try value(depth: depth + 1), position: start))
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "}")) else { throw unexpected("a comma or }") }
      return JSONObject(members: members)
    }
  }

  private mutating func skipSpace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x09, 0x0D: offset += 1
      case 0x0A:
        offset += 1
        line += 1
        lineStart = offset
      default: return
      }
    }
  }

  private mutating func word(
    _ word: StaticString, _ value: JSONValue
  ) throws(JSONError) -> JSONValue {
    let end = offset + word.utf8CodeUnitCount
    guard end <= bytes.count,
      (0..<word.utf8CodeUnitCount).allSatisfy({ bytes[offset + $0] == word.utf8Start[$0] })
    else { throw unexpected("a value") }
    offset = end
    return value
  }

  private mutating func number() throws(JSONError) -> JSONValue {
    let start = offset
    let startPosition = position
    if bytes[offset] == UInt8(ascii: "-") { offset += 1 }
    let whole = digits()
    guard whole > 0, whole == 1 || bytes[offset - whole] != UInt8(ascii: "0") else {
      throw JSONError(position: startPosition, problem: "not a JSON number")
    }
    var isInteger = true
    if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
      offset += 1
      isInteger = false
      guard digits() > 0 else { throw unexpected("a digit") }
    }
    if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
      offset += 1
      isInteger = false
      if offset < bytes.count,
        bytes[offset] == UInt8(ascii: "-") || bytes[offset] == UInt8(ascii: "+")
      {
        offset += 1
      }
      guard digits() > 0 else { throw unexpected("a digit") }
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if isInteger, let value = Int(text), value != 0 || text == "0" { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      throw JSONError(position: startPosition, problem: "the number \(Shown.plain(text)) overflows")
    }
    return .number(value)
  }

  private mutating func digits() -> Int {
    let start = offset
    while offset < bytes.count, bytes[offset] &- 0x30 < 10 { offset += 1 }
    return offset - start
  }

  func failure(_ problem: String) -> JSONError {
    JSONError(position: position, problem: problem)
  }

  private func unexpected(_ expected: String) -> JSONError {
    guard offset < bytes.count else { return failure("ends early; expected \(expected)") }
    let byte = bytes[offset]
    if byte == 0 { return failure("NUL byte; the file is damaged") }
    let found =
      (0x21...0x7E).contains(byte)
      ? "'\(Character(Unicode.Scalar(byte)))'"
      : "byte 0x\(String(byte, radix: 16, uppercase: true))"
    return failure("expected \(expected), found \(found)")
  }
}
