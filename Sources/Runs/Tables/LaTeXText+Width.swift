extension LaTeXText {
  /// The width of a text in the upright roman face that LaTeX sets in where nothing else is chosen, in
  /// points at a size of ten.
  ///
  /// Without kerns and ligatures, which make a text narrower. An accented letter is as wide as the widest.
  ///
  /// Source: the metric file of Computer Modern Roman, `cmr10.tfm`.
  static func width(_ text: String) -> Double {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  private static func width(_ scalar: Unicode.Scalar) -> Double {
    if let own = widths[scalar] { return own }
    switch scalar {
    case "α"..."ω", "Γ"..."Ω", "\u{C0}"..."\u{17E}": return widest
    // Anything else stands as its code point, in brackets.
    default: return scalar.isASCII ? widest : Double(escaped(String(scalar)).count) * 7.78
    }
  }

  private static let widest = 10.28

  private static let widths: [Unicode.Scalar: Double] = [
    (" !',.:;[]`il|’\n\r\t\u{A0}·", 2.78), ("fj", 3.06), ("-", 3.33), ("I", 3.61), ("()t_", 3.92),
    ("rs", 3.94), ("cez", 4.44), ("?", 4.72), ("\"$*/0123456789\\^ago{}~–“”∥", 5.0), ("J", 5.14),
    ("kqvxy", 5.28), ("Sbdhnpu", 5.56), ("Z", 6.11), ("L", 6.25), ("F", 6.53), ("EP", 6.81),
    ("B", 7.08), ("CTw", 7.22), ("R", 7.36), ("AHNUVXY", 7.5), ("D", 7.64),
    ("&+=@KOQ<>−×±≥≤≻", 7.78), ("G", 7.85), ("#%m", 8.33), ("M", 9.17), ("—→", 10.0), ("W", 10.28),
    ("…", 13.4),
  ].reduce(into: [:]) { widths, group in
    for scalar in (group.0 as String).unicodeScalars { widths[scalar] = group.1 }
  }
}
