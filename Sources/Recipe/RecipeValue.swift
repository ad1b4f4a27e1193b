import Foundation

/// A setting as it was resolved: what `resolved.json` holds.
public indirect enum RecipeValue: Equatable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case list([RecipeValue])
  case object([String: RecipeValue])

  /// The value as JSON: keys sorted, two spaces, the shortest digits that read back the same.
  func append(to json: inout String, indent: String = "") {
    let inner = indent + "  "
    switch self {
    case .null: json += "null"
    case .boolean(let value): json += value ? "true" : "false"
    case .integer(let value): json += String(value)
    case .number(let value): json += "\(value)"
    case .string(let value): Self.append(value, to: &json)
    case .list(let values):
      let scalars = values.allSatisfy { !$0.isContainer }
      json += "["
      for (index, value) in values.enumerated() {
        if index > 0 { json += scalars ? ", " : "," }
        if !scalars { json += "\n\(inner)" }
        value.append(to: &json, indent: inner)
      }
      json += scalars ? "]" : "\n\(indent)]"
    case .object(let members):
      json += "{"
      for (index, key) in members.keys.sorted().enumerated() {
        json += index > 0 ? ",\n\(inner)" : "\n\(inner)"
        Self.append(key, to: &json)
        json += ": "
        members[key]?.append(to: &json, indent: inner)
      }
      json += members.isEmpty ? "}" : "\n\(indent)}"
    }
  }

  private var isContainer: Bool {
    switch self {
    case .list, .object: true
    default: false
    }
  }

  private static func append(_ text: String, to json: inout String) {
    json += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": json += "\\\""
      case "\\": json += "\\\\"
      case "\n": json += "\\n"
      case "\t": json += "\\t"
      case "\r": json += "\\r"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: json.unicodeScalars.append(scalar)
      }
    }
    json += "\""
  }
}
