extension Interpreter {
  /// How JSON is laid out.
  private struct Layout {
    var isASCII = false
    /// Of one level; nil for everything on one line.
    var indentation: [UInt8]?
    var betweenItems: [UInt8] = Array(", ".utf8)
    var behindKeys: [UInt8] = Array(": ".utf8)
    var isSorted = false
  }

  /// The filter `tojson` as chat templates have it: Python's `json.dumps`, without escapes for HTML.
  func json(_ value: Value, _ arguments: CallArguments) throws(TemplateError) -> Text {
    let given = try bind(
      "tojson", ["ensure_ascii", "indent", "separators", "sort_keys"], arguments)
    var layout = Layout()
    layout.isASCII = given[0]?.isTrue ?? false
    layout.isSorted = given[3]?.isTrue ?? false
    switch given[1] {
    case nil, Value.none?: break
    case .text(let text)?: layout.indentation = text.bytes
    case let width?:
      let width = max(0, try integer(width, "the indentation of JSON") ?? 0)
      try reserve(width)
      layout.indentation = Array(repeating: UInt8(ascii: " "), count: width)
    }
    if layout.indentation != nil { layout.betweenItems = Array(",".utf8) }
    switch given[2] {
    case nil, Value.none?: break
    case let separators?:
      let parts = try collect(separators)
      guard parts.count == 2, case .text(let items) = parts[0], case .text(let keys) = parts[1]
      else { throw failure("the separators of JSON must be two texts") }
      layout.betweenItems = items.bytes
      layout.behindKeys = keys.bytes
    }
    var bytes: [UInt8] = []
    try write(value, layout, 0, into: &bytes)
    return Text(bytes: bytes)
  }

  private func write(
    _ value: Value, _ layout: Layout, _ level: Int, into bytes: inout [UInt8]
  ) throws(TemplateError) {
    try step()
    switch value {
    case .none: bytes += "null".utf8
    case .boolean(let value): bytes += (value ? "true" : "false").utf8
    case .integer(let value): bytes += String(value).utf8
    case .float(let value): bytes += number(value).utf8
    case .text(let text):
      try work(text.bytes.count)
      try allow(bytes.count + text.bytes.count)
      quote(text, layout, into: &bytes)
    case .list(let items), .tuple(let items):
      try nested(items.values.count, "[", "]", layout, level, into: &bytes) {
        index, bytes throws(TemplateError) in
        try write(items.values[index], layout, level + 1, into: &bytes)
      }
    case .mapping(let mapping): try write(mapping, layout, level, into: &bytes)
    case .undefined(let undefined): throw failure(undefined.message)
    case .object: throw failure("a \(value.typeName) cannot be written as JSON")
    }
  }

  private func nested(
    _ count: Int, _ opening: String, _ closing: String, _ layout: Layout, _ level: Int,
    into bytes: inout [UInt8],
    _ element: (Int, inout [UInt8]) throws(TemplateError) -> Void
  ) throws(TemplateError) {
    try descend()
    defer { ascend() }
    func newline(_ level: Int) throws(TemplateError) {
      guard let indentation = layout.indentation, count > 0 else { return }
      try allow(bytes.count + indentation.count * level)
      bytes.append(UInt8(ascii: "\n"))
      for _ in 0..<level { bytes += indentation }
    }
    bytes += opening.utf8
    for index in 0..<count {
      if index > 0 { bytes += layout.betweenItems }
      try newline(level + 1)
      try element(index, &bytes)
      try allow(bytes.count)
    }
    try newline(level)
    bytes += closing.utf8
  }

  private func write(
    _ mapping: Mapping, _ layout: Layout, _ level: Int, into bytes: inout [UInt8]
  ) throws(TemplateError) {
    var order: [Value] = mapping.keys.indices.map { .integer($0) }
    if layout.isSorted { order = try sorted(order, by: mapping.keys, reversed: false) }
    let keys = mapping.keys
    let values = mapping.values
    try nested(keys.count, "{", "}", layout, level, into: &bytes) {
      position, bytes throws(TemplateError) in
      guard case .integer(let index) = order[position] else { return }
      switch keys[index] {
      case .text(let text): quote(text, layout, into: &bytes)
      case .none: bytes += "\"null\"".utf8
      case .boolean(let value): bytes += (value ? "\"true\"" : "\"false\"").utf8
      case .integer(let value): bytes += "\"\(value)\"".utf8
      case .float(let value): bytes += "\"\(number(value))\"".utf8
      default: throw failure("a \(keys[index].typeName) cannot be a key of JSON")
      }
      bytes += layout.behindKeys
      try write(values[index], layout, level + 1, into: &bytes)
    }
  }

  private func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return Numbers.printed(value)
  }

  private func quote(_ text: Text, _ layout: Layout, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for scalar in text.string.unicodeScalars {
      switch scalar {
      case "\"": bytes += "\\\"".utf8
      case "\\": bytes += "\\\\".utf8
      case "\n": bytes += "\\n".utf8
      case "\r": bytes += "\\r".utf8
      case "\t": bytes += "\\t".utf8
      case "\u{8}": bytes += "\\b".utf8
      case "\u{C}": bytes += "\\f".utf8
      case _ where scalar.value < 0x20, _ where layout.isASCII && scalar.value > 0x7E:
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          bytes += "\\u".utf8
          bytes += String(repeating: "0", count: 4 - digits.count).utf8
          bytes += digits.utf8
        }
      default: Text.append(scalar, to: &bytes)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
