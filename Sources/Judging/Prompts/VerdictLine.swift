import Foundation

/// Lines of a reply as the search for a verdict sees them.
enum VerdictLine {
  /// Without the emphasis and spaces that models put around verdicts, and without a last full stop.
  /// Everything else stays, so that a quoted verdict is none.
  static func plain(_ line: Substring) -> String {
    var result: [UInt8] = []
    for byte in line.utf8 {
      switch byte {
      case UInt8(ascii: "*"): continue
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        if let last = result.last, last != 0x20 { result.append(0x20) }
      default: result.append(byte)
      }
    }
    if result.last == 0x20 { result.removeLast() }
    if result.last == UInt8(ascii: ".") { result.removeLast() }
    return String(decoding: result, as: UTF8.self)
  }

  /// The reply after the model's reasoning; nil where the reasoning does not end.
  static func withoutReasoning(_ reply: String) -> Substring? {
    var rest = reply[...]
    for tag in ["think", "thinking", "thought", "reasoning"] {
      if let end = rest.range(of: "</\(tag)>", options: [.backwards, .literal]) {
        rest = rest[end.upperBound...]
      } else if rest.range(of: "<\(tag)>", options: .literal) != nil {
        return nil
      }
    }
    return rest
  }
}
