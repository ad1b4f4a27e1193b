/// A command line that Plumb does not understand; the exit code is ``ExitCode/usage``.
///
/// Every description is one line: what is wrong, and what to write instead.
public enum CommandError: Error, Equatable, Sendable, CustomStringConvertible {
  case unknownCommand(String, nearest: String?)
  /// `nearest` carries its dashes; `command` is nil before any command was named.
  case unknownOption(String, command: String?, nearest: String?)
  case unknownMethod(String, nearest: String?)
  /// A kind of section of a recipe.
  case unknownKind(String, nearest: String?, known: [String])
  /// A word that is nearly one of those that an option takes.
  case nearlyWord(option: String, value: String, words: [String], nearest: String)
  case missingValue(option: String, value: String)
  case unexpectedValue(option: String)
  case repeated(option: String)
  /// `expected` finishes "wants …".
  case badValue(option: String, value: String, expected: String)
  case missingOperand(command: String, operands: String)
  case surplusOperand(String, command: String, operands: String)
  case missingOption(command: String, option: String)
  /// Two options that do not go together.
  case conflict(option: String, with: String)

  public var description: String {
    switch self {
    case .unknownCommand(let name, let nearest):
      let advice = nearest.map { "did you mean \($0)?" } ?? "plumb --help lists the commands"
      return "unknown command \(ForeignText.quoted(name)); \(advice)"
    case .unknownOption(let option, let command, let nearest):
      let help = (["plumb"] + [command].compactMap(\.self) + ["--help"]).joined(separator: " ")
      let place = command.map { " for plumb \($0)" } ?? ""
      let advice = nearest.map { "did you mean \($0)?" } ?? "\(help) lists the options"
      return "unknown option \(ForeignText.quoted(option))\(place); \(advice)"
    case .unknownMethod(let name, let nearest):
      let advice = nearest.map { "did you mean \($0)?" } ?? "plumb methods lists them"
      return "unknown method \(ForeignText.quoted(name)); \(advice)"
    case .unknownKind(let name, let nearest, let known):
      let advice =
        nearest.map { "did you mean \($0)?" } ?? "there is \(known.joined(separator: ", "))"
      return "unknown part of a recipe \(ForeignText.quoted(name)); \(advice)"
    case .nearlyWord(let option, let value, let words, let nearest):
      return "\(option) wants one of \(words.joined(separator: ", ")), not "
        + "\(ForeignText.quoted(value)); did you mean \(nearest)?"
    case .missingValue(let option, let value):
      return "\(option) wants a value: \(option) \(value)"
    case .unexpectedValue(let option):
      return "\(option) takes no value; write it alone"
    case .repeated(let option):
      return "\(option) is given twice; keep one"
    case .badValue(let option, let value, let expected):
      return "\(option) wants \(expected), not \(ForeignText.quoted(value))"
    case .missingOperand(let command, let operands):
      return "plumb \(command) wants \(operands); plumb \(command) --help says more"
    case .surplusOperand(let operand, let command, let operands):
      let takes = operands.isEmpty ? "nothing" : "only \(operands)"
      return "plumb \(command) takes \(takes); \(ForeignText.quoted(operand)) is too much"
    case .missingOption(let command, let option):
      return "plumb \(command) wants \(option); plumb \(command) --help says more"
    case .conflict(let option, let other):
      return "\(option) does not go with \(other); leave one out"
    }
  }
}
