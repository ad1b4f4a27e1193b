/// Text and rows of tables as Markdown shows them.
public enum MarkdownText {
  /// A text on one line, with nothing left that Markdown would read as markup.
  public static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "|", "\\", "*", "_", "`", "<", "[", "]": result += "\\\(character)"
      case "\n", "\r", "\r\n", "\t": result += " "
      default: result.append(character)
      }
    }
  }

  /// A row of cells that are escaped already.
  public static func row(_ cells: [String]) -> String {
    "| " + cells.joined(separator: " | ") + " |"
  }

  /// What follows the heading: numbers stand on the right.
  public static func rule(isText: [Bool]) -> String { row(isText.map { $0 ? "---" : "---:" }) }
}
