/// Foreign text as it may stand in a one-line message: escaped and cut.
///
/// Values are cut to 60 characters; keys and paths, which a reader must find again, to 400.
public enum Quoted {
  static func text(_ text: String) -> String {
    "\"\(escaped(text, quotes: true, limit: 60))\""
  }

  static func plain(_ text: String) -> String {
    escaped(text, quotes: false, limit: 400)
  }

  /// - Parameter limit: in Unicode scalars; more is cut off, and `…` says so.
  public static func escaped(_ text: String, quotes: Bool = false, limit: Int) -> String {
    var result = ""
    for (count, scalar) in text.unicodeScalars.enumerated() {
      if count == limit { return result + "…" }
      switch scalar {
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\"" where quotes: result += "\\\""
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value),
        "\u{2028}", "\u{2029}", "\u{200E}", "\u{200F}", "\u{202A}"..."\u{202E}",
        "\u{2066}"..."\u{2069}":
        result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
