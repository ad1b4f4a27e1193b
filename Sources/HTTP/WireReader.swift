/// Reads JSON as servers write it.
///
/// More lenient than RFC 8259 where something that nobody looks at would make a whole answer
/// useless: numbers of any size, `-Infinity` (which Python writes for the logarithm of nothing),
/// half surrogates (a character that was cut off), equal keys (the last one counts) and a byte
/// order mark are read. Everything else that is not JSON is refused.
struct WireReader {
  private static let depthLimit = 128

  private let bytes: [UInt8]
  private var offset = 0

  /// The one value that the bytes hold; nil where they hold anything else.
  static func value(_ bytes: [UInt8]) -> WireValue? {
    var reader = WireReader(bytes)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.offset = 3 }
    guard let value = reader.value(depth: 1), reader.peek() == nil else { return nil }
    return value
  }

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next byte that is not space, without taking it.
  private mutating func peek() -> UInt8? {
    while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
    return offset < bytes.count ? bytes[offset] : nil
  }

  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: byte) else { return false }
    offset += 1
    return true
  }

  private mutating func value(depth: Int) -> WireValue? {
    guard depth <= Self.depthLimit, let byte = peek() else { return nil }
    switch byte {
    case UInt8(ascii: "\""): return string().map(WireValue.text)
    case UInt8(ascii: "["): return list(depth)
    case UInt8(ascii: "{"): return object(depth)
    case UInt8(ascii: "t"): return word("true", .boolean(true))
    case UInt8(ascii: "f"): return word("false", .boolean(false))
    case UInt8(ascii: "n"): return word("null", .null)
    default: return word("-Infinity", .number(-.infinity)) ?? number()
    }
  }

  private mutating func list(_ depth: Int) -> WireValue? {
    offset += 1
    if take("]") { return .list([]) }
    var items: [WireValue] = []
    repeat {
      guard let item = value(depth: depth + 1) else { return nil }
      items.append(item)
    } while take(",")
    return take("]") ? .list(items) : nil
  }

  private mutating func object(_ depth: Int) -> WireValue? {
    offset += 1
    if take("}") { return .object([:]) }
    var members: [String: WireValue] = [:]
    repeat {
      guard peek() == UInt8(ascii: "\""), let key = string(), take(":"),
        let item = value(depth: depth + 1)
      else { return nil }
      members[key] = item
    } while take(",")
    return take("}") ? .object(members) : nil
  }

  private mutating func word(_ word: String, _ value: WireValue) -> WireValue? {
    guard bytes[offset...].starts(with: word.utf8) else { return nil }
    offset += word.utf8.count
    return value
  }

  private mutating func number() -> WireValue? {
    let start = offset
    if bytes[offset] == UInt8(ascii: "-") { offset += 1 }
    let whole = digits()
    guard whole == 1 || whole > 1 && bytes[offset - whole] != UInt8(ascii: "0") else { return nil }
    if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
      offset += 1
      guard digits() > 0 else { return nil }
    }
    if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
      offset += 1
      if offset < bytes.count, bytes[offset] == 0x2B || bytes[offset] == 0x2D { offset += 1 }
      guard digits() > 0 else { return nil }
    }
    return Double(String(decoding: bytes[start..<offset], as: UTF8.self)).map(WireValue.number)
  }

  private mutating func digits() -> Int {
    let start = offset
    while offset < bytes.count, (0x30...0x39).contains(bytes[offset]) { offset += 1 }
    return offset - start
  }

  /// The text at the offset, which stands on its opening quote.
  private mutating func string() -> String? {
    offset += 1
    var text: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      switch byte {
      case UInt8(ascii: "\""): return String(validating: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let scalar = escape() else { return nil }
        text += Array(String(Character(scalar)).utf8)
      case ..<0x20: return nil
      default: text.append(byte)
      }
    }
    return nil
  }

  private mutating func escape() -> Unicode.Scalar? {
    guard offset < bytes.count else { return nil }
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
      guard let first = hexadecimal() else { return nil }
      if let scalar = Unicode.Scalar(first) { return scalar }
      let before = offset
      if first < 0xDC00, bytes[offset...].starts(with: [0x5C, 0x75]) {
        offset += 2
        guard let second = hexadecimal() else { return nil }
        if (0xDC00...0xDFFF).contains(second) {
          return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        }
        offset = before
      }
      return "\u{FFFD}"
    default: return nil
    }
  }

  private mutating func hexadecimal() -> UInt32? {
    guard offset + 4 <= bytes.count else { return nil }
    var value: UInt32 = 0
    for byte in bytes[offset..<offset + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    offset += 4
    return value
  }
}
