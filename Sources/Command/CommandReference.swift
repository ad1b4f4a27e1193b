/// Every command with its options, and every exit code, as a page of the reference: from the
/// specifications that the parser obeys.
public enum CommandReference {
  /// Markdown.
  public static var page: String {
    var lines = [
      "# Command reference", "", "Every command, option and exit code of plumb \(Plumb.version).",
      "",
    ]
    for name in CommandName.allCases {
      let specification = CommandSpecification.of(name)
      lines += ["## `plumb \(name.rawValue)`", "", "    \(specification.synopsis)", ""]
      lines += [sentence(specification.summary), ""]
      if !specification.details.isEmpty {
        lines += specification.details.map(escaped) + [""]
      }
      lines += table(specification.options)
    }
    lines += ["## Options of every command", ""] + table(CommandOption.common)
    lines += ["## Exit codes", "", "| code | means | when |", "|---|---|---|"]
    lines += ExitCode.allCases.map { "| \($0.rawValue) | \($0.meaning) | \(cell($0.details)) |" }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func table(_ options: [CommandOption]) -> [String] {
    guard !options.isEmpty else { return [] }
    return ["| option | meaning |", "|---|---|"]
      + options.map { option in
        let spelling = String(option.spelling.drop { $0 == " " })
        return "| `\(spelling.replacing("|", with: "\\|"))` | \(cell(option.help)) |"
      } + [""]
  }

  private static func sentence(_ text: String) -> String {
    escaped(text.prefix(1).uppercased() + text.dropFirst()) + "."
  }

  private static func cell(_ text: String) -> String { escaped(text).replacing("|", with: "\\|") }

  /// Nothing that Markdown would take for emphasis or markup.
  private static func escaped(_ text: String) -> String {
    text.replacing("*", with: "\\*").replacing("<", with: "\\<").replacing("_", with: "\\_")
  }
}
