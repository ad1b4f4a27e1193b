import Foundation

/// How answers to GSM8K are read: the number behind the mark, or the last number.
///
/// Source: lm-evaluation-harness 0.4.13, `tasks/gsm8k/gsm8k.yaml`, filters `strict-match` and
/// `flexible-extract`, and `exact_match` with what that file ignores.
public enum GradeSchool {
  /// What stands in front of the final number.
  static let mark = "#### "

  /// Whether a written answer has the reference's number behind the mark, of which the first counts.
  public static func isStrictMatch(_ text: String, to reference: String) -> Bool {
    matches(strict(text), reference)
  }

  /// Whether the last number of a written answer is the reference's, wherever it stands.
  public static func isFlexibleMatch(_ text: String, to reference: String) -> Bool {
    matches(flexible(text), reference)
  }

  /// The first `#### (-?[0-9.,]+)`.
  static func strict(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    let mark = Array(mark.utf8)
    var start = 0
    while start + mark.count < bytes.count {
      defer { start += 1 }
      guard bytes[start..<start + mark.count].elementsEqual(mark) else { continue }
      var end = start + mark.count
      if bytes[end] == UInt8(ascii: "-") { end += 1 }
      let digits = end
      while end < bytes.count, isDigit(bytes[end]) || ".,".utf8.contains(bytes[end]) { end += 1 }
      if end > digits {
        return String(decoding: bytes[start + mark.count..<end], as: UTF8.self)
      }
    }
    return nil
  }

  /// The last `-?[$0-9.,]{2,}` or `-?[0-9]+`, the first of the two where both fit.
  static func flexible(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    var found: Range<Int>?
    var start = 0
    while start < bytes.count {
      let first = bytes[start] == UInt8(ascii: "-") ? start + 1 : start
      var end = first
      while end < bytes.count, isDigit(bytes[end]) || "$.,".utf8.contains(bytes[end]) { end += 1 }
      if end - first >= 2 || end - first == 1 && isDigit(bytes[first]) {
        found = start..<end
        start = end
      } else {
        start += 1
      }
    }
    return found.map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private static func matches(_ found: String?, _ reference: String) -> Bool {
    guard let found else { return false }
    return normalized(found) == normalized(reference)
  }

  /// Without commas, dollar signs, all up to the last mark, and a point at the end; in lower case.
  static func normalized(_ text: String) -> String {
    var bytes = text.utf8.filter { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "$") }
    let mark = Array(mark.utf8)
    if let place = (0...max(0, bytes.count - mark.count)).last(where: {
      $0 + mark.count <= bytes.count && bytes[$0..<$0 + mark.count].elementsEqual(mark)
    }) {
      bytes.removeFirst(place + mark.count)
    }
    // Also in front of a line end that is the last.
    if bytes.suffix(2).elementsEqual(".\n".utf8) {
      bytes.remove(at: bytes.count - 2)
    } else if bytes.last == UInt8(ascii: ".") {
      bytes.removeLast()
    }
    return String(decoding: bytes, as: UTF8.self).lowercased()
  }
}

/// How answers of one's own are compared: in lower case, without blanks at the ends and between words
/// but one, and without a full stop.
public enum PlainAnswer {
  public static func isMatch(_ text: String, to reference: String) -> Bool {
    normalized(text) == normalized(reference)
  }

  static func normalized(_ text: String) -> String {
    var words = text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    if words.hasSuffix(".") { words.removeLast() }
    return words
  }
}
