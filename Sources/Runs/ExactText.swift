/// A text that equals another one only byte for byte.
///
/// Swift's own `==` takes canonically equivalent texts (`é` written as one character or as two) for
/// one. Tokens, hashes, files and servers do not: keys, ids and texts of data are compared as these.
public struct ExactText: Hashable, Comparable, Sendable {
  public let text: String

  public init(_ text: String) { self.text = text }

  public static func == (left: ExactText, right: ExactText) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  public static func < (left: ExactText, right: ExactText) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    hasher.combine(0xFF as UInt8)
  }
}

extension String {
  /// Whether two texts are the same bytes.
  public func isExactly(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
