import Foundation

/// A foreign text that is equal to another only where all its bytes are.
///
/// Swift takes two spellings of one word for equal (U+00E9; e and U+0301) although they are other
/// bytes, other tokens and other hashes. Texts, ids and keys that come from files are compared and
/// looked up as this.
public struct ByteText: Sendable, Hashable, Comparable, CustomStringConvertible,
  ExpressibleByStringInterpolation
{
  public let text: String

  public init(_ text: String) { self.text = text }

  public init(stringLiteral text: String) { self.text = text }

  public static func == (first: ByteText, second: ByteText) -> Bool {
    let (left, right) = (first.text.utf8, second.text.utf8)
    guard left.count == right.count else { return false }
    let isEqual = left.withContiguousStorageIfAvailable { own in
      right.withContiguousStorageIfAvailable { other in
        own.isEmpty || memcmp(own.baseAddress!, other.baseAddress!, own.count) == 0
      }
    }
    return (isEqual ?? nil) ?? left.elementsEqual(right)
  }

  /// By the values of the bytes, the same everywhere.
  public static func < (first: ByteText, second: ByteText) -> Bool {
    first.text.utf8.lexicographicallyPrecedes(second.text.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    // No text is a beginning of another one's bytes: UTF-8 never holds 0xFF.
    hasher.combine(UInt8.max)
  }

  public var description: String { text }
}

extension Sequence where Element == String {
  /// The texts that differ in bytes, in the order in which each first appears.
  public var distinctTexts: [String] {
    var seen: Set<ByteText> = []
    return filter { seen.insert(ByteText($0)).inserted }
  }
}
