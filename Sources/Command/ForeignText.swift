/// Text from outside (models, data, file names) made fit for a terminal.
///
/// Control characters could move the cursor, set the window title or hide what follows; they are
/// shown as symbols, so that nothing is lost and nothing happens.
public enum ForeignText {
  /// The text with every control character replaced by its Unicode picture (`␛` for escape), and
  /// C1 and bidirectional controls by `�`.
  ///
  /// - Parameter keepingLines: leaves `\n` and `\t` as they are.
  public static func printable(_ text: String, keepingLines: Bool = false) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if keepingLines, scalar == "\n" || scalar == "\t" {
        result.append(scalar)
      } else {
        result.append(symbol(for: scalar))
      }
    }
    return String(result)
  }

  /// For one-line messages: printable, in quotes, cut to 60 characters.
  public static func quoted(_ text: String) -> String {
    let shown = printable(text)
    return shown.count <= 60 ? "`\(shown)`" : "`\(shown.prefix(60))…`"
  }

  private static func symbol(for scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x00..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
    case 0x7F: "\u{2421}"
    case 0x80..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: "\u{FFFD}"
    default: scalar
    }
  }
}
