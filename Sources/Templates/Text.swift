/// A text of a template: UTF-8, compared and counted by code points as Python does, where Swift's
/// strings would take "é" and "é" for one another and an emoji with its joiners for one character.
struct Text: Sendable {
  var bytes: [UInt8]
  /// Marked by the filter `safe` or made by `escape`: what is added to it is escaped.
  var isMarkup = false

  static let empty = Text("")

  init(_ string: String) { bytes = Array(string.utf8) }

  init(bytes: [UInt8], isMarkup: Bool = false) {
    self.bytes = bytes
    self.isMarkup = isMarkup
  }

  init(_ scalars: some Collection<Unicode.Scalar>, isMarkup: Bool = false) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(scalars.count)
    for scalar in scalars { Text.append(scalar, to: &bytes) }
    self.init(bytes: bytes, isMarkup: isMarkup)
  }

  var string: String { String(decoding: bytes, as: UTF8.self) }

  var scalars: [Unicode.Scalar] { Array(string.unicodeScalars) }

  /// The number of code points.
  var count: Int {
    var count = 0
    for byte in bytes where byte & 0xC0 != 0x80 { count += 1 }
    return count
  }

  static func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
    if scalar.value < 0x80 {
      bytes.append(UInt8(scalar.value))
    } else {
      bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
  }

  /// Where `other` begins at or after the byte `start`; an empty text is found everywhere.
  func firstOffset(of other: Text, from start: Int = 0) -> Int? {
    Text.search(other.bytes, in: bytes[min(start, bytes.count)...])
  }

  /// Where `other` begins last, ending at or before the byte `end`.
  func lastOffset(of other: Text, before end: Int) -> Int? {
    guard !other.bytes.isEmpty else { return end }
    let place = Text.search(other.bytes.reversed(), in: bytes[..<end].reversed()[...])
    return place.map { end - $0 - other.bytes.count }
  }

  /// In time linear in both, where hostile texts would make the plain way take their product.
  ///
  /// Source: Knuth, Morris & Pratt 1977, "Fast pattern matching in strings".
  private static func search(_ needle: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    guard let head = needle.first else { return bytes.startIndex }
    guard bytes.count >= needle.count else { return nil }
    guard needle.count > 1 else { return bytes.firstIndex(of: head) }
    // How much of the needle also ends before each of its bytes.
    var borders: [Int32] = [0]
    borders.reserveCapacity(needle.count)
    var matched = 0
    for byte in needle.dropFirst() {
      while matched > 0, needle[matched] != byte { matched = Int(borders[matched - 1]) }
      if needle[matched] == byte { matched += 1 }
      borders.append(Int32(matched))
    }
    matched = 0
    for index in bytes.indices {
      while matched > 0, needle[matched] != bytes[index] { matched = Int(borders[matched - 1]) }
      if needle[matched] == bytes[index] { matched += 1 }
      if matched == needle.count { return index + 1 - needle.count }
    }
    return nil
  }

  private func matches(_ needle: [UInt8], at offset: Int) -> Bool {
    for index in needle.indices where bytes[offset + index] != needle[index] { return false }
    return true
  }

  func hasPrefix(_ other: Text) -> Bool {
    bytes.count >= other.bytes.count && matches(other.bytes, at: 0)
  }

  func hasSuffix(_ other: Text) -> Bool {
    bytes.count >= other.bytes.count && matches(other.bytes, at: bytes.count - other.bytes.count)
  }

  subscript(range: Range<Int>) -> Text { Text(bytes: Array(bytes[range]), isMarkup: isMarkup) }
}

extension Text: Hashable, Comparable {
  static func == (left: Text, right: Text) -> Bool { left.bytes == right.bytes }

  func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

  // The order of UTF-8 is that of code points.
  static func < (left: Text, right: Text) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

extension Text: ExpressibleByStringLiteral {
  init(stringLiteral value: String) { self.init(value) }
}
