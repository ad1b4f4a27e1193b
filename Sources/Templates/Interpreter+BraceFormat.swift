/// `"{}".format(…)`.
extension Interpreter {
  func braceFormat(
    _ format: Text, _ positional: [Value], _ named: [(name: String, value: Value)]
  ) throws(TemplateError) -> Text {
    var arguments = BraceArguments(positional: positional, named: named)
    return try braceFormat(format, &arguments, level: 0, isMarkup: format.isMarkup)
  }

  private struct BraceArguments {
    let positional: [Value]
    let named: [(name: String, value: Value)]
    var next = 0
    var isNumbered = false
  }

  private func braceFormat(
    _ format: Text, _ arguments: inout BraceArguments, level: Int, isMarkup: Bool
  ) throws(TemplateError) -> Text {
    guard level < 2 else { throw failure("formats within formats within formats") }
    let scalars = format.scalars
    var result: [UInt8] = []
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      index += 1
      if scalar == "}" {
        guard index < scalars.count, scalars[index] == "}" else {
          throw failure("a single } in a format")
        }
        index += 1
      } else if scalar == "{" {
        guard index < scalars.count else { throw failure("a single { in a format") }
        if scalars[index] != "{" {
          let end = try fieldEnd(scalars, index)
          let field = Array(scalars[index..<end])
          let text = try value(of: field, &arguments, level: level, isMarkup: isMarkup)
          try allow(result.count + text.bytes.count)
          result += text.bytes
          index = end + 1
          continue
        }
        index += 1
      }
      Text.append(scalar, to: &result)
    }
    return Text(bytes: result, isMarkup: isMarkup)
  }

  private func fieldEnd(_ scalars: [Unicode.Scalar], _ start: Int) throws(TemplateError) -> Int {
    var depth = 1
    var index = start
    var isBracketed = false
    while index < scalars.count {
      switch scalars[index] {
      case "[" where depth == 1: isBracketed = true
      case "]": isBracketed = false
      case "{" where !isBracketed: depth += 1
      case "}" where !isBracketed:
        depth -= 1
        if depth == 0 { return index }
      default: break
      }
      index += 1
    }
    throw failure("a { without its } in a format")
  }

  private func value(
    of field: [Unicode.Scalar], _ arguments: inout BraceArguments, level: Int, isMarkup: Bool
  ) throws(TemplateError) -> Text {
    // Brackets may hold what would otherwise end the name.
    var end = 0
    var isBracketed = false
    while end < field.count, isBracketed || field[end] != "!" && field[end] != ":" {
      if field[end] == "[" { isBracketed = true }
      if field[end] == "]" { isBracketed = false }
      end += 1
    }
    var value = try lookUp(Array(field[..<end]), &arguments)
    var rest = field[end...]
    if rest.first == "!" {
      rest.removeFirst()
      guard let conversion = rest.popFirst(), rest.isEmpty || rest.first == ":" else {
        throw failure("a conversion in a format that is not one letter")
      }
      value = .text(try converted(value, conversion))
    }
    if rest.first == ":" { rest.removeFirst() }
    var specification = Text(rest)
    if specification.bytes.contains(UInt8(ascii: "{")) {
      specification = try braceFormat(
        specification, &arguments, level: level + 1, isMarkup: false)
    }
    let text = try formatted(value, specification)
    guard isMarkup else { return text }
    if case .text(let own) = value, own.isMarkup { return text }
    return try escaped(Text(bytes: text.bytes))
  }

  private func converted(
    _ value: Value, _ conversion: Unicode.Scalar
  ) throws(TemplateError) -> Text {
    switch conversion {
    case "s": return try printed(value)
    case "r", "a":
      var bytes: [UInt8] = []
      try represent(value, into: &bytes)
      return conversion == "r" ? Text(bytes: bytes) : asciiOnly(Text(bytes: bytes))
    default: throw failure("an unknown conversion in a format")
    }
  }

  func asciiOnly(_ text: Text) -> Text {
    Text(text.string.unicodeScalars.map { $0.isASCII ? String($0) : Numbers.escape($0) }.joined())
  }

  private func lookUp(
    _ name: [Unicode.Scalar], _ arguments: inout BraceArguments
  ) throws(TemplateError) -> Value {
    let head = Text(name.prefix { $0 != "." && $0 != "[" })
    var value: Value
    if head.bytes.isEmpty || Numbers.isIndex(head) {
      var index = arguments.next
      if head.bytes.isEmpty {
        guard !arguments.isNumbered else { throw failure("numbered and unnumbered fields mixed") }
        arguments.next += 1
      } else {
        guard arguments.next == 0, let number = Int(head.string) else {
          throw failure("numbered and unnumbered fields mixed")
        }
        arguments.isNumbered = true
        index = number
      }
      guard index < arguments.positional.count else {
        throw failure("a format with more fields than values")
      }
      value = arguments.positional[index]
    } else {
      guard let found = arguments.named.last(where: { Text($0.name) == head }) else {
        throw failure("a format without a value for \(Shown.text(head.string))")
      }
      value = found.value
    }
    var rest = name[head.count...]
    while let mark = rest.popFirst() {
      try step()
      let isElement = mark == "["
      let part = isElement ? rest.prefix { $0 != "]" } : rest.prefix { $0 != "." && $0 != "[" }
      rest.removeFirst(part.count)
      if isElement {
        guard rest.popFirst() == "]" else { throw failure("a [ without its ] in a format") }
      }
      let key = Text(part)
      guard !key.bytes.isEmpty else { throw failure("an empty attribute in a format") }
      if isElement {
        let index = Numbers.isIndex(key) ? Int(key.string) : nil
        value = try item(index.map { .integer($0) } ?? .text(key), of: value)
      } else {
        value = try attribute(key, of: value)
      }
    }
    return value
  }

  private func formatted(_ value: Value, _ text: Text) throws(TemplateError) -> Text {
    if text.bytes.isEmpty { return try printed(value) }
    var specification = try self.specification(text)
    switch value {
    case .text(let text):
      guard specification.type == nil || specification.type == "s",
        specification.sign == nil, !specification.isAlternate, specification.grouping == nil
      else { throw failure("a format that is not for a text") }
      if specification.hasZeros, specification.alignment == "=" { specification.alignment = "<" }
      guard specification.alignment != "=" else { throw failure("a format that is not for a text") }
      var text = Text(bytes: text.bytes)
      if let precision = specification.precision { text = Text(text.scalars.prefix(precision)) }
      return try laidOut(text, specification, otherwise: "<")
    case .float(let value):
      try refuseZerosWithGroups(specification)
      return try laidOut(try digits(value, specification), specification, otherwise: ">")
    default:
      guard case .integer(let number)? = Number(value) else {
        throw failure("a \(value.typeName) takes no format")
      }
      try refuseZerosWithGroups(specification)
      if let type = specification.type, "eEfFgG%".contains(type) {
        return try laidOut(try digits(Double(number), specification), specification, otherwise: ">")
      }
      guard specification.precision == nil else {
        throw failure("a whole number has no precision")
      }
      if specification.type == "c" {
        guard let scalar = UInt32(exactly: number).flatMap(Unicode.Scalar.init) else {
          throw failure("a number that is no character")
        }
        return try laidOut(Text([scalar]), specification, otherwise: "<")
      }
      return try laidOut(try digits(number, specification), specification, otherwise: ">")
    }
  }

  private func refuseZerosWithGroups(
    _ specification: FormatSpecification
  ) throws(TemplateError) {
    if specification.grouping != nil, specification.alignment == "=", specification.fill == "0" {
      throw failure("a format with zeros and groups is not supported")
    }
  }
}

extension Numbers {
  /// Whether a text is nothing but digits.
  static func isIndex(_ text: Text) -> Bool {
    !text.bytes.isEmpty && text.bytes.allSatisfy { (0x30...0x39).contains($0) }
  }
}
