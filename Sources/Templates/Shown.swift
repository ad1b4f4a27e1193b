/// Foreign text as it may stand in a one-line message: control characters escaped, and cut.
enum Shown {
  static func text(_ text: String) -> String { "\"\(plain(text))\"" }

  static func plain(_ text: String, limit: Int = 60) -> String {
    var shown = ""
    var count = 0
    for scalar in text.unicodeScalars {
      if count == limit { return shown + "…" }
      count += 1
      switch scalar {
      case "\n": shown += "\\n"
      case "\r": shown += "\\r"
      case "\t": shown += "\\t"
      case _ where Characters.isPrintable(scalar): shown.unicodeScalars.append(scalar)
      default: shown += "\\u{\(String(scalar.value, radix: 16))}"
      }
    }
    return shown
  }
}
