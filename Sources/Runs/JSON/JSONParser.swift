import Foundation

/// The one parser for JSON that others wrote: data, tokenizers, model folders, judgments, headers of
/// weights, replies of servers. Our own records are read by ``RecordFile``.
///
/// ``Manner/strict`` refuses what RFC 8259 leaves open: duplicate keys, lone surrogates, invalid UTF-8, numbers
/// beyond a double, and nesting deeper than ``depthLimit``. Every mistake has its place. Values are
/// built as a whole by ``value(depth:)``, or read piece by piece by the functions of
/// `JSONParser+Streaming`, which keep nothing.
public struct JSONParser {
  /// What is done with that which RFC 8259 leaves open.
  public enum Manner: Sendable {
    case strict
    /// As servers write: something that nobody looks at must not make a whole answer useless. Numbers
    /// beyond a double are infinite, `NaN` and `Infinity` (which Python writes) are numbers, half a
    /// character and what is not UTF-8 are U+FFFD, control characters stand for themselves, and of
    /// equal keys the last counts.
    case lenient
  }

  static let depthLimit = 128

  let bytes: UnsafeBufferPointer<UInt8>
  var offset: Int
  private(set) var line: Int
  private(set) var lineStart: Int
  private let firstLine: Int
  let manner: Manner

  /// - Parameters:
  ///   - bytes: valid as long as the parser is used.
  ///   - line: the number of the line that begins with the bytes.
  public init(
    _ bytes: UnsafeBufferPointer<UInt8>, line: Int = 1, manner: Manner = .strict
  ) {
    self.bytes = bytes
    self.manner = manner
    self.line = line
    // A byte order mark in front says nothing.
    offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    lineStart = offset
    firstLine = line
  }

  /// Parses bytes that hold one value and nothing else, but for a byte order mark in front.
  public static func parse(
    _ bytes: some ContiguousBytes, manner: Manner = .strict
  ) throws(JSONError) -> JSONValue {
    try read(bytes, manner: manner) { parser throws(JSONError) in try parser.document() }
  }

  /// Lends a parser of the bytes to `body`.
  public static func read<Value>(
    _ bytes: some ContiguousBytes, manner: Manner = .strict,
    _ body: (inout JSONParser) throws(JSONError) -> Value
  ) throws(JSONError) -> Value {
    let result: Result<Value, JSONError> = bytes.withUnsafeBytes { raw in
      raw.withMemoryRebound(to: UInt8.self) { buffer in
        var parser = JSONParser(buffer, manner: manner)
        do throws(JSONError) { return .success(try body(&parser)) } catch { return .failure(error) }
      }
    }
    return try result.get()
  }

  public var position: JSONPosition { JSONPosition(line: line, column: offset - lineStart + 1) }

  /// One value up to the end of the bytes.
  public mutating func document() throws(JSONError) -> JSONValue {
    let result = try value()
    guard peek() == nil else { throw failure("more text after the value") }
    return result
  }

  /// The next byte that is not white space, without taking it; nil at the end.
  public mutating func peek() -> UInt8? {
    skipSpace()
    return offset < bytes.count ? bytes[offset] : nil
  }

  /// Takes the next byte that is not white space if it is the given one.
  public mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    offset += 1
    return true
  }

  /// - Parameter depth: how deep the value lies, 1 for that of a whole document.
  public mutating func value(depth: Int = 1) throws(JSONError) -> JSONValue {
    try checkDepth(depth)
    switch peek() {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return .object(try object(depth: depth))
    case UInt8(ascii: "["):
      var items: [JSONValue] = []
      try array { parser throws(JSONError) in items.append(try parser.value(depth: depth + 1)) }
      return .array(items)
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), .some(0x30...0x39): return try number()
    case UInt8(ascii: "N") where manner == .lenient: return try word("NaN", .number(.nan))
    case UInt8(ascii: "I") where manner == .lenient:
      return try word("Infinity", .number(.infinity))
    case UInt8(ascii: "N"), UInt8(ascii: "I"):
      throw failure("NaN and Infinity are not JSON; write a finite number or null")
    default: throw unexpected("a value")
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
    var members: [JSONObject.Member] = []
    var seen: Set<ByteText> = []
    let manner = manner
    try object { parser, key, start throws(JSONError) in
      // A set pays only for objects of many keys; rows of data have few.
      let isKnown: Bool
      if members.count < 16 {
        isKnown = members.contains { ByteText($0.key) == ByteText(key) }
      } else {
        if seen.isEmpty { for member in members { seen.insert(ByteText(member.key)) } }
        isKnown = !seen.insert(ByteText(key)).inserted
      }
      if isKnown, manner == .lenient {
        members.removeAll { ByteText($0.key) == ByteText(key) }
      } else if isKnown {
        throw parser.failure("duplicate key \"\(key.onOneLine.prefix(60))\"", at: start)
      }
      _ = parser.peek()
      let position = parser.position
      members.append(
        JSONObject.Member(
          key: key, value: try parser.value(depth: depth + 1), position: position))
    }
    return JSONObject(members: members)
  }

  func checkDepth(_ depth: Int) throws(JSONError) {
    guard depth <= Self.depthLimit else {
      throw failure("nested deeper than \(Self.depthLimit) levels")
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
    if bytes[offset] == UInt8(ascii: "-") { offset += 1 }
    if manner == .lenient, offset > start, offset < bytes.count,
      bytes[offset] == UInt8(ascii: "I")
    {
      return try word("Infinity", .number(-.infinity))
    }
    let whole = digits()
    guard whole > 0, whole == 1 || bytes[offset - whole] != UInt8(ascii: "0") else {
      throw failure("not a JSON number", at: start)
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
    guard let value = Double(text), value.isFinite || manner == .lenient else {
      throw failure("the number \(text.prefix(60)) overflows", at: start)
    }
    return .number(value)
  }

  mutating func digits() -> Int {
    let start = offset
    while offset < bytes.count, bytes[offset] &- 0x30 < 10 { offset += 1 }
    return offset - start
  }

  /// - Parameter place: an offset that was passed; nil for the present one.
  public func failure(_ problem: String, at place: Int? = nil) -> JSONError {
    let place = place ?? offset
    var (line, start) = (line, lineStart)
    if place < start {
      let before = bytes[..<place]
      line = firstLine + before.count { $0 == 0x0A }
      start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    }
    return JSONError(
      position: JSONPosition(line: line, column: place - start + 1), offset: place,
      problem: problem)
  }

  func unexpected(_ expected: String) -> JSONError {
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
