/// Rows of a table by RFC 4180: quotation marks where they are needed, and CR LF.
///
/// A text that a spreadsheet would carry out, as `=1+1` that somebody gave as a name, gets an apostrophe
/// in front; numbers stay as they are.
///
/// Source: OWASP, "CSV injection".
public enum CSVText {
  public static func row(_ cells: [String]) -> String {
    cells.map(escaped).joined(separator: ",") + "\r\n"
  }

  public static func escaped(_ text: String) -> String {
    let text = isFormula(text) ? "'" + text : text
    guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else {
      return text
    }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  /// Programs take blanks away and full-width signs for their plain ones before they look.
  private static func isFormula(_ text: String) -> Bool {
    let scalars = text.unicodeScalars
    if let first = scalars.first, "\t\r\n".unicodeScalars.contains(first) { return true }
    let rest = scalars.drop {
      $0.properties.isWhitespace || $0.properties.isDefaultIgnorableCodePoint
    }
    switch rest.first {
    case "=", "@", "\u{FF1D}", "\u{FF20}": return true
    // A sum is as much of a formula as a name is.
    case "+", "-", "\u{FF0B}", "\u{FF0D}":
      return rest.count > 1 && Double(text) == nil
    default: return false
    }
  }
}
