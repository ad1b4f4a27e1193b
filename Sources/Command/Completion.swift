/// Completion of commands and options for shells, made from the same specifications as the parser.
public enum Completion {
  /// - Parameter shell: `bash`, `zsh` or `fish`.
  public static func script(for shell: String) -> String {
    switch shell {
    case "fish": fish
    // zsh runs bash's completions.
    case "zsh":
      "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n" + bash
    default: bash
    }
  }

  /// Words that follow a command as its operand, where they are known; files for all others.
  private static func operands(of name: CommandName) -> [String] {
    switch name {
    case .completion: ["bash", "zsh", "fish"]
    case .help: CommandName.allCases.map(\.rawValue) + ["recipe", "measures"] + KnownWords.kinds
    case .explain: KnownWords.methods
    default: []
    }
  }

  private static var bash: String {
    let commands = CommandName.allCases.map(\.rawValue).joined(separator: " ")
    let cases = CommandName.allCases.map { name in
      let options = (CommandSpecification.of(name).options + CommandOption.common)
        .map { "--\($0.name)" }
      let words = options + operands(of: name)
      return "    \(name.rawValue)) words=\"\(words.joined(separator: " "))\" ;;"
    }
    return """
      _plumb() {
        local current="${COMP_WORDS[COMP_CWORD]}" words=""
        if [ "$COMP_CWORD" -eq 1 ]; then
          COMPREPLY=($(compgen -W "\(commands)" -- "$current"))
          return
        fi
        case "${COMP_WORDS[1]}" in
      \(cases.joined(separator: "\n"))
        esac
        COMPREPLY=($(compgen -W "$words" -- "$current") $(compgen -f -- "$current"))
      }
      complete -o filenames -F _plumb plumb

      """
  }

  private static var fish: String {
    var lines: [String] = []
    for name in CommandName.allCases {
      let specification = CommandSpecification.of(name)
      lines.append(
        "complete -c plumb -n __fish_use_subcommand -a \(name.rawValue) -d \(quoted(specification.summary))"
      )
      for option in specification.options + CommandOption.common {
        let letter = option.letter.map { " -s \($0)" } ?? ""
        let value = option.value == nil ? "" : " -r"
        lines.append(
          "complete -c plumb -n '__fish_seen_subcommand_from \(name.rawValue)' -l \(option.name)"
            + "\(letter)\(value) -d \(quoted(option.help))")
      }
      let words = operands(of: name)
      if !words.isEmpty {
        lines.append(
          "complete -c plumb -n '__fish_seen_subcommand_from \(name.rawValue)' -f -a "
            + quoted(words.joined(separator: " ")))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
  }
}
