/// `"%s" % value`.
extension Interpreter {
  private struct PercentArguments {
    var values: [Value]
    let mapping: Mapping?
    /// Whether values may go unused.
    let isLenient: Bool
    var next = 0
  }

  func percentFormat(_ format: Text, _ value: Value) throws(TemplateError) -> Text {
    var arguments: PercentArguments
    switch value {
    case .tuple(let items):
      arguments = PercentArguments(values: items.values, mapping: nil, isLenient: false)
    case .mapping(let mapping):
      arguments = PercentArguments(values: [value], mapping: mapping, isLenient: true)
    case .list, .undefined:
      arguments = PercentArguments(values: [value], mapping: nil, isLenient: true)
    case .object(let object):
      arguments = PercentArguments(
        values: [value], mapping: nil, isLenient: object is RangeObject)
    default: arguments = PercentArguments(values: [value], mapping: nil, isLenient: false)
    }
    let scalars = format.scalars
    var result: [UInt8] = []
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      index += 1
      guard scalar == "%" else {
        Text.append(scalar, to: &result)
        continue
      }
      let text = try conversion(scalars, &index, &arguments, isMarkup: format.isMarkup)
      try allow(result.count + text.bytes.count)
      result += text.bytes
    }
    guard arguments.isLenient || arguments.next >= arguments.values.count else {
      throw failure("a format with fewer places than values")
    }
    return Text(bytes: result, isMarkup: format.isMarkup)
  }

  private func conversion(
    _ scalars: [Unicode.Scalar], _ index: inout Int, _ arguments: inout PercentArguments,
    isMarkup: Bool
  ) throws(TemplateError) -> Text {
    var specification = FormatSpecification()
    var given: Value?
    if index < scalars.count, scalars[index] == "(" {
      given = try named(scalars, &index, &arguments)
    }
    var isLeft = false
    flags: while index < scalars.count {
      switch scalars[index] {
      case "-": isLeft = true
      case "+": specification.sign = "+"
      case " ": if specification.sign == nil { specification.sign = " " }
      case "#": specification.isAlternate = true
      case "0": specification.hasZeros = true
      default: break flags
      }
      index += 1
    }
    specification.width = try size(scalars, &index, &arguments) ?? 0
    if specification.width < 0 {
      isLeft = true
      specification.width = -specification.width
    }
    if index < scalars.count, scalars[index] == "." {
      index += 1
      specification.precision = max(0, try size(scalars, &index, &arguments) ?? 0)
    }
    if index < scalars.count, "hlL".unicodeScalars.contains(scalars[index]) { index += 1 }
    guard index < scalars.count else { throw failure("an unfinished format") }
    let type = Character(scalars[index])
    index += 1
    if type == "%" { return "%" }
    let value: Value
    if let given { value = given } else { value = try next(&arguments) }
    if isLeft {
      specification.alignment = "<"
    } else if specification.hasZeros, !"sracC".contains(type) {
      specification.alignment = "="
      specification.fill = "0"
    }
    return try formatted(value, type, specification, isMarkup: isMarkup)
  }

  private func named(
    _ scalars: [Unicode.Scalar], _ index: inout Int, _ arguments: inout PercentArguments
  ) throws(TemplateError) -> Value {
    guard let mapping = arguments.mapping else { throw failure("a format that needs a mapping") }
    var depth = 1
    let start = index + 1
    index = start
    while index < scalars.count {
      if scalars[index] == "(" { depth += 1 }
      if scalars[index] == ")" { depth -= 1 }
      if depth == 0 { break }
      index += 1
    }
    guard depth == 0 else { throw failure("an unfinished format") }
    let key = Text(scalars[start..<index])
    index += 1
    guard let value = mapping[key] else {
      throw failure("a format without a value for \(Shown.text(key.string))")
    }
    return value
  }

  private func next(_ arguments: inout PercentArguments) throws(TemplateError) -> Value {
    guard arguments.next < arguments.values.count else {
      throw failure("a format with more places than values")
    }
    arguments.next += 1
    return arguments.values[arguments.next - 1]
  }

  private func size(
    _ scalars: [Unicode.Scalar], _ index: inout Int, _ arguments: inout PercentArguments
  ) throws(TemplateError) -> Int? {
    if index < scalars.count, scalars[index] == "*" {
      index += 1
      let size = try integer(try next(&arguments), "a width") ?? 0
      guard abs(max(size, -Int.max)) <= 1 << 24 else {
        throw limit("a format that asks for too much")
      }
      return size
    }
    var digits = scalars[index...].prefix { ("0"..."9").contains($0) }.map(Character.init)[...]
    index += digits.count
    do throws(FormatSpecification.Mistake) {
      return try FormatSpecification.number(&digits)
    } catch {
      throw limit("a format that asks for too much")
    }
  }

  private func formatted(
    _ value: Value, _ type: Character, _ specification: FormatSpecification, isMarkup: Bool
  ) throws(TemplateError) -> Text {
    var specification = specification
    switch type {
    case "s", "r", "a":
      var text: Text
      if type == "s" {
        text = isMarkup ? try escaped(try softText(value)) : try printed(value)
      } else {
        var bytes: [UInt8] = []
        try represent(value, into: &bytes)
        text = Text(bytes: bytes)
        if type == "a" { text = asciiOnly(text) }
        if isMarkup { text = try escaped(text) }
      }
      if let precision = specification.precision { text = Text(text.scalars.prefix(precision)) }
      return try laidOut(text, specification, otherwise: ">")
    case "c":
      switch value {
      case .text(let text) where text.count == 1:
        return try laidOut(text, specification, otherwise: ">")
      default:
        guard let number = try integer(value, "a character"),
          let scalar = UInt32(exactly: number).flatMap(Unicode.Scalar.init)
        else { throw failure("a number that is no character") }
        return try laidOut(Text([scalar]), specification, otherwise: ">")
      }
    case "d", "i", "u", "x", "X", "o":
      let number = try whole(value, type)
      specification.type = "xXo".contains(type) ? type : "d"
      let precision = specification.precision ?? 0
      var text = try digits(number, specification)
      let sign = text.bytes.prefix { [0x2B, 0x2D, 0x20].contains($0) }.count
      let head = sign + (specification.isAlternate && "xXo".contains(type) ? 2 : 0)
      if text.bytes.count - head < precision {
        let rest = text[head..<text.bytes.count]
        text = Text(
          bytes: Array(text.bytes[..<head])
            + (try padded(rest, to: precision, with: "0") { $0 }).bytes)
      }
      return try laidOut(text, specification, otherwise: ">")
    case "e", "E", "f", "F", "g", "G":
      specification.type = type
      if case .undefined(let undefined) = value { throw failure(undefined.message) }
      guard let number = Number(value) else {
        throw failure("%\(type) is for numbers, not for a \(value.typeName)")
      }
      if specification.alignment == "=", !number.double.isFinite { specification.fill = " " }
      return try laidOut(try digits(number.double, specification), specification, otherwise: ">")
    default: throw failure("an unknown format %\(Shown.plain(String(type)))")
    }
  }

  private func whole(_ value: Value, _ type: Character) throws(TemplateError) -> Int {
    if case .undefined(let undefined) = value { throw failure(undefined.message) }
    switch Number(value) {
    case .integer(let number)?: return number
    case .float(let number)? where !"xXo".contains(type):
      guard number.isFinite, let whole = Int(exactly: number.rounded(.towardZero)) else {
        throw failure("a whole number beyond 64 bits")
      }
      return whole
    default: throw failure("%\(type) is for whole numbers, not for a \(value.typeName)")
    }
  }
}
