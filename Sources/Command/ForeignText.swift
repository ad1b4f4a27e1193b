/// Text from outside (models, data, servers, file names) made fit for a terminal.
///
/// Control characters could move the cursor, set the window title or hide what follows; they are
/// shown as symbols, so that nothing is lost and nothing happens. ``Output`` and ``ProgressLine``
/// do it to all they print.
public enum ForeignText {
  /// The text with every control character replaced by its Unicode picture (`␛` for escape), and
  /// C1 and bidirectional controls by `�`.
  ///
  /// - Parameter keepingLines: leaves `\n` and `\t` as they are.
  public static func printable(_ text: String, keepingLines: Bool = false) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isKept = keepingLines && (scalar == "\n" || scalar == "\t")
      result.append(isKept ? scalar : symbol(for: scalar))
    }
    return String(result)
  }

  /// JSON with the same value whose texts hold no raw control: those that JSON allows there (DEL,
  /// C1, bidirectional ones) become `\u009b` and the like.
  static func escaped(json: String) -> String {
    guard json.unicodeScalars.contains(where: isControl) else { return json }
    return json.unicodeScalars.reduce(into: "") { result, scalar in
      guard isControl(scalar) else { return result.unicodeScalars.append(scalar) }
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }

  /// For one-line messages: printable, in quotes, cut to 60 characters.
  public static func quoted(_ text: String) -> String {
    let shown = printable(text)
    return shown.count <= 60 ? "`\(shown)`" : "`\(shown.prefix(60))…`"
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  private static func symbol(for scalar: Unicode.Scalar) -> Unicode.Scalar {
    guard isControl(scalar) else { return scalar }
    switch scalar.value {
    case 0x00..<0x20: return Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
    case 0x7F: return "\u{2421}"
    default: return "\u{FFFD}"
    }
  }
}
