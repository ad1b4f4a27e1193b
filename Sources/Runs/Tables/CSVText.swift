/// Rows of a table by RFC 4180: quotation marks where they are needed, and CR LF.
public enum CSVText {
  public static func row(_ cells: [String]) -> String {
    cells.map(escaped).joined(separator: ",") + "\r\n"
  }

  public static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else {
      return text
    }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
