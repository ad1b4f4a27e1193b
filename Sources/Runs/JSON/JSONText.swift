/// Text and values as JSON.
public enum JSONText {
  /// A value on one line, members in their order; not-finite numbers cannot occur in a file that
  /// ``JSONValue`` was read from, and are written as null.
  public static func line(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .boolean(let value): value ? "true" : "false"
    case .integer(let value): "\(value)"
    case .number(let value): value.isFinite ? "\(value)" : "null"
    case .string(let text): quoted(text)
    case .array(let values): "[" + values.map(line).joined(separator: ", ") + "]"
    case .object(let object):
      "{"
        + object.members.map { quoted($0.key) + ": " + line($0.value) }.joined(separator: ", ")
        + "}"
    }
  }

  /// A JSON string, quotes included; everything but controls, quotes and backslashes as it is.
  public static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
