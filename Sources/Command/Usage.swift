/// The help texts, made from the same specifications that the parser obeys.
public enum Usage {
  /// `plumb --help`: at most 60 lines of at most 100 columns.
  public static var text: String {
    let commands = CommandName.allCases.map { name in
      let specification = CommandSpecification.of(name)
      let call = [name.rawValue, specification.operands].filter { !$0.isEmpty }
      return (call.joined(separator: " "), specification.summary)
    }
    let codes = ExitCode.allCases.map { "\($0.rawValue) \($0.meaning)" }
    var lines = [
      "Plumb trains aligned language models, measures them, and reports what it measured.", "",
      "usage: plumb COMMAND [options]", "", "commands:",
    ]
    lines += columns(commands)
    lines += ["", "options of every command:"]
    lines += columns(CommandOption.common.map { ($0.spelling, $0.help) })
    lines += ["", "exit codes:"]
    for start in stride(from: 0, to: codes.count, by: 4) {
      lines.append("  " + codes[start..<min(start + 4, codes.count)].joined(separator: " · "))
    }
    lines += [
      "", "plumb COMMAND --help says more about a command; README.md shows recipes and results.",
      "Results go to standard output, everything else to standard error.",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  /// `plumb run --help`.
  public static func text(for name: CommandName) -> String {
    let specification = CommandSpecification.of(name)
    var lines = ["\(specification.synopsis)", "  \(specification.summary)"]
    if !specification.details.isEmpty { lines += [""] + specification.details }
    if !specification.options.isEmpty {
      lines += ["", "options:"]
      lines += columns(specification.options.map { ($0.spelling, $0.help) })
    }
    lines += ["", "options of every command:"]
    lines += columns(CommandOption.common.map { ($0.spelling, $0.help) })
    return lines.joined(separator: "\n") + "\n"
  }

  private static func columns(_ rows: [(left: String, right: String)]) -> [String] {
    let width = rows.map(\.left.count).max() ?? 0
    return rows.map { left, right in
      "  " + left + String(repeating: " ", count: width - left.count + 2) + right
    }
  }
}
