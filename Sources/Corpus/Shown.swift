/// Foreign text as it may stand in a one-line message: escaped and cut to 60 characters.
enum Shown {
  /// In quotes.
  static func text(_ text: String) -> String { "\"\(plain(text))\"" }

  static func plain(_ text: String, limit: Int = 60) -> String {
    var result = ""
    for (count, scalar) in text.unicodeScalars.enumerated() {
      if count == limit { return result + "…" }
      switch scalar {
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value),
        "\u{2028}", "\u{2029}", "\u{200E}", "\u{200F}", "\u{202A}"..."\u{202E}",
        "\u{2066}"..."\u{2069}":
        result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A path, whole but for absurd lengths.
  static func path(_ path: String) -> String { plain(path, limit: 400) }
}
