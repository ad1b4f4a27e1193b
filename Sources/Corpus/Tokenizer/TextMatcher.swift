/// What a splitter or a replacement looks for: a regular expression or a literal text.
enum TextMatcher: Sendable {
  case pattern(Pattern)
  /// A literal, not empty.
  case literal([UInt8])
  /// Each character of a class by itself.
  case characters(@Sendable (Unicode.Scalar) -> Bool)

  /// Calls `body` with every match, left to right, without overlaps.
  func forEachMatch(in bytes: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void) {
    switch self {
    case .pattern(let pattern): pattern.forEachMatch(in: bytes, body)
    case .literal(let literal):
      guard let first = literal.first else { return }
      var offset = 0
      while offset + literal.count <= bytes.count {
        if bytes[offset] == first,
          literal.indices.allSatisfy({ bytes[offset + $0] == literal[$0] })
        {
          body(offset..<offset + literal.count)
          offset += literal.count
        } else {
          offset += 1
        }
      }
    case .characters(let isMember):
      var offset = 0
      while offset < bytes.count {
        let (scalar, width) = Unicode8.scalar(bytes, at: offset)
        if isMember(scalar) { body(offset..<offset + width) }
        offset += width
      }
    }
  }

  /// The bytes with every match replaced.
  func replace(_ bytes: [UInt8], with content: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var end = 0
    bytes.withUnsafeBufferPointer { buffer in
      forEachMatch(in: buffer) { match in
        result.append(contentsOf: buffer[end..<match.lowerBound])
        result.append(contentsOf: content)
        end = match.upperBound
      }
      result.append(contentsOf: buffer[end...])
    }
    return result
  }
}
