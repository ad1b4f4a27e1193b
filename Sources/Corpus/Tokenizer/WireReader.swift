/// Reads the fields of one message in the wire format of protocol buffers.
///
/// Source: "Protocol Buffers: Encoding".
struct WireReader {
  /// A field's content; numbers of 64 bits are passed over, since nothing here holds any.
  enum Content {
    case number(UInt64)
    case bytes(Range<Int>)
    case fixed32(UInt32)
    case fixed64
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private var offset: Int
  private let end: Int

  /// - Parameter range: where the message lies in `bytes`.
  init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    self.bytes = bytes
    offset = range.lowerBound
    end = range.upperBound
  }

  /// The next field, or nil at the end.
  ///
  /// - Throws: what is wrong, with the place in bytes.
  mutating func next() throws(WireError) -> (field: Int, content: Content)? {
    guard offset < end else { return nil }
    let start = offset
    let tag = try number()
    guard tag >> 3 > 0, tag >> 3 <= 536_870_911 else {
      throw WireError(offset: start, problem: "a field with a number that none can have")
    }
    let field = Int(tag >> 3)
    switch tag & 7 {
    case 0: return (field, .number(try number()))
    case 1:
      _ = try take(8, start)
      return (field, .fixed64)
    case 2:
      let count = try number()
      guard count <= UInt64(end - offset) else {
        throw WireError(offset: start, problem: "a field that is longer than what is left")
      }
      return (field, .bytes(try take(Int(count), start)))
    case 5:
      let range = try take(4, start)
      return (
        field, .fixed32(range.reversed().reduce(0) { $0 << 8 | UInt32(bytes[$1]) })
      )
    default: throw WireError(offset: start, problem: "a field of unknown type \(tag & 7)")
    }
  }

  private mutating func take(_ count: Int, _ start: Int) throws(WireError) -> Range<Int> {
    guard count <= end - offset else {
      throw WireError(offset: start, problem: "a field that is longer than what is left")
    }
    defer { offset += count }
    return offset..<offset + count
  }

  private mutating func number() throws(WireError) -> UInt64 {
    let start = offset
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard offset < end else { break }
      let byte = bytes[offset]
      offset += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw WireError(offset: start, problem: "a number that does not end")
  }
}

/// What is wrong with a message, and where.
struct WireError: Error, Equatable {
  let offset: Int
  let problem: String
}
