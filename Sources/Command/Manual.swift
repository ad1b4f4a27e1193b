/// The manual page, in roff, made from the same specifications as the help.
public enum Manual {
  /// For `man -l -`.
  public static var page: String {
    var lines = [
      ".TH PLUMB 1 \"\" \"plumb \(Plumb.version)\" \"User commands\"", ".SH NAME",
      "plumb \\- train aligned language models, measure them, report what was measured",
      ".SH SYNOPSIS", ".B plumb", "COMMAND [options]", ".SH COMMANDS",
    ]
    for name in CommandName.allCases {
      let specification = CommandSpecification.of(name)
      lines += [".SS \(escaped(specification.synopsis))", escaped(specification.summary) + "."]
      if !specification.details.isEmpty {
        lines += [".PP"] + specification.details.map(escaped)
      }
      for option in specification.options { lines += item(option) }
    }
    lines.append(".SH OPTIONS OF EVERY COMMAND")
    for option in CommandOption.common { lines += item(option) }
    lines.append(".SH EXIT STATUS")
    for code in ExitCode.allCases {
      lines += [".TP", "\(code.rawValue)", escaped(code.meaning)]
    }
    lines += [
      ".SH SEE ALSO",
      "plumb methods, plumb explain METHOD, plumb help recipe, plumb help measures",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func item(_ option: CommandOption) -> [String] {
    [".TP", ".B \(escaped(String(option.spelling.drop { $0 == " " })))", escaped(option.help)]
  }

  /// Hyphens stay hyphens, and nothing begins a request.
  private static func escaped(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
    return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
  }
}
