/// One escaper for each place where run-time text can stand in a page.
///
/// Control characters and characters that reorder text are shown, never passed on: a reader sees
/// that they are there, and they can neither hide text nor reverse it.
enum Escaping {
  /// The text that was escaped, of one without controls.
  static func text(of escaped: String) -> String {
    escaped.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
  }

  /// Between tags. Keeps line feed and tab; everything else that is invisible becomes visible.
  static func appendText(_ text: String, to output: inout String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": output += "&amp;"
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      case "\n", "\t": output.unicodeScalars.append(scalar)
      default: appendVisible(scalar, to: &output)
      }
    }
  }

  /// As ``appendText(_:to:)``; a line may break behind `_` and `=`, and not within `1e-4`.
  static func appendName(_ name: String, to output: inout String) {
    var escaped = ""
    appendText(name, to: &escaped)
    output +=
      escaped.replacing("=", with: "=<wbr>").replacing("_", with: "_<wbr>")
      .replacing(/([0-9])e-([0-9]+)/) { "\($0.1)e<span class=\"ex\">-\($0.2)</span>" }
  }

  /// The text with everything invisible but line feed and tab made visible.
  static func visible(_ text: String) -> String {
    var output = ""
    for scalar in text.unicodeScalars {
      if scalar == "\n" || scalar == "\t" {
        output.unicodeScalars.append(scalar)
      } else {
        appendVisible(scalar, to: &output)
      }
    }
    return output
  }

  /// Inside an attribute value in double quotes; also safe in single quotes.
  static func appendAttribute(_ text: String, to output: inout String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": output += "&amp;"
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      case "\"": output += "&quot;"
      case "'": output += "&#39;"
      case "`": output += "&#96;"
      case "\n": output += "&#10;"
      case "\t": output += "&#9;"
      default: appendVisible(scalar, to: &output)
      }
    }
  }

  /// Inside a script block that holds JSON: no character can end the block or start a comment.
  static func appendJSON(_ value: JSONValue, to output: inout String) {
    switch value {
    case .null: output += "null"
    case .integer(let integer): output += String(integer)
    case .number(let number):
      output += number.flatMap { $0.isFinite ? "\($0)" : nil } ?? "null"
    case .string(let text): appendJSONString(text, to: &output)
    case .array(let elements):
      output += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { output += "," }
        appendJSON(element, to: &output)
      }
      output += "]"
    case .object(let members):
      output += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { output += "," }
        appendJSONString(member.0, to: &output)
        output += ":"
        appendJSON(member.1, to: &output)
      }
      output += "}"
    }
  }

  private static func appendJSONString(_ text: String, to output: inout String) {
    output += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": output += "\\\""
      case "\\": output += "\\\\"
      case "<", ">", "&", "'", "/": appendUnicodeEscape(scalar.value, to: &output)
      default:
        if isInvisible(scalar) {
          for unit in String(Character(scalar)).utf16 {
            appendUnicodeEscape(UInt32(unit), to: &output)
          }
        } else {
          output.unicodeScalars.append(scalar)
        }
      }
    }
    output += "\""
  }

  private static func appendUnicodeEscape(_ unit: UInt32, to output: inout String) {
    let digits = String(unit, radix: 16)
    output += "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// Appends the character, or the sign that stands for it.
  private static func appendVisible(_ scalar: Unicode.Scalar, to output: inout String) {
    guard isInvisible(scalar) else {
      output.unicodeScalars.append(scalar)
      return
    }
    switch scalar.value {
    case 0x00...0x1F:
      if let picture = Unicode.Scalar(0x2400 + scalar.value) {
        output.unicodeScalars.append(picture)
      }
    case 0x7F: output += "\u{2421}"
    default:
      let digits = String(scalar.value, radix: 16, uppercase: true)
      output += "⟦U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "⟧"
    }
  }

  /// Controls (C0, delete, C1), line and paragraph separators, marks that set the direction of
  /// text, the byte-order mark, and tag characters.
  static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069,
      0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F:
      true
    default: false
    }
  }
}
