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

  private static func isFormula(_ text: String) -> Bool {
    let scalars = text.unicodeScalars
    switch scalars.first {
    case "=", "@", "\t", "\r": return true
    // A sum is as much of a formula as a name is.
    case "+", "-": return scalars.count > 1 && Double(text) == nil
    default: return false
    }
  }
}
