/// How one value is laid out: `>8.2f` of Python's `format`, or the flags behind a `%`.
struct FormatSpecification {
  var fill: Text = " "
  /// `<`, `>`, `^` or `=`.
  var alignment: Character?
  /// `+`, `-` or a space.
  var sign: Character?
  var isAlternate = false
  var hasZeros = false
  var width = 0
  /// `,` or `_`.
  var grouping: Character?
  var precision: Int?
  var type: Character?

  enum Mistake: Error { case malformed, tooLarge }

  init() {}

  /// Reads `[[fill]align][sign][#][0][width][grouping][.precision][type]`.
  init(_ text: Text) throws(Mistake) {
    var rest = text.scalars.map(Character.init)[...]
    if rest.count > 1, "<>=^".contains(rest[1]) {
      fill = Text(String(rest.removeFirst()))
      alignment = rest.removeFirst()
    } else if let first = rest.first, "<>=^".contains(first) {
      alignment = rest.removeFirst()
    }
    if let first = rest.first, "+- ".contains(first) { sign = rest.removeFirst() }
    if rest.first == "#" {
      isAlternate = true
      rest.removeFirst()
    }
    if rest.first == "0" {
      rest.removeFirst()
      hasZeros = true
      if alignment == nil {
        fill = "0"
        alignment = "="
      }
    }
    width = try FormatSpecification.number(&rest) ?? 0
    if let first = rest.first, ",_".contains(first) { grouping = rest.removeFirst() }
    if rest.first == "." {
      rest.removeFirst()
      guard let digits = try FormatSpecification.number(&rest) else { throw .malformed }
      precision = digits
    }
    type = rest.popFirst()
    guard rest.isEmpty else { throw .malformed }
  }

  static func number(_ rest: inout ArraySlice<Character>) throws(Mistake) -> Int? {
    var value: Int?
    while let digit = rest.first?.wholeNumberValue, rest.first?.isASCII == true {
      let next = (value ?? 0) * 10 + digit
      guard next <= 1 << 24 else { throw .tooLarge }
      value = next
      rest.removeFirst()
    }
    return value
  }
}

extension Interpreter {
  func specification(_ text: Text) throws(TemplateError) -> FormatSpecification {
    do throws(FormatSpecification.Mistake) {
      return try FormatSpecification(text)
    } catch {
      switch error {
      case .malformed: throw failure("a format that cannot be read: \(Shown.text(text.string))")
      case .tooLarge: throw limit("a format that asks for too much: \(Shown.text(text.string))")
      }
    }
  }

  /// Fills up to the width; `=` fills between the sign and the digits.
  func laidOut(
    _ text: Text, _ specification: FormatSpecification, otherwise: Character
  ) throws(TemplateError) -> Text {
    let fill = specification.fill
    switch specification.alignment ?? otherwise {
    case "<": return try padded(text, to: specification.width, with: fill) { _ in 0 }
    case "^": return try padded(text, to: specification.width, with: fill) { $0 / 2 }
    case "=":
      let head = text.bytes.prefix { [0x2B, 0x2D, 0x20].contains($0) }.count
      var start = head
      if specification.isAlternate, text.bytes.count > head + 1, text.bytes[head] == 0x30,
        [0x62, 0x6F, 0x78, 0x58].contains(text.bytes[head + 1])
      {
        start += 2
      }
      let rest = text[start..<text.bytes.count]
      let filled = try padded(rest, to: specification.width - start, with: fill) { $0 }
      return Text(bytes: Array(text.bytes[..<start]) + filled.bytes)
    default: return try padded(text, to: specification.width, with: fill) { $0 }
    }
  }

  /// A whole number in digits of its type, with sign and groups.
  func digits(
    _ value: Int, _ specification: FormatSpecification
  ) throws(TemplateError) -> Text {
    let type = specification.type ?? "d"
    let radix: Int
    switch type {
    case "d", "n": radix = 10
    case "b": radix = 2
    case "o": radix = 8
    case "x", "X": radix = 16
    default: throw failure("a whole number has no format \"\(type)\"")
    }
    var digits = String(value.magnitude, radix: radix)
    if let grouping = specification.grouping {
      digits = grouped(digits, by: radix == 10 ? 3 : 4, grouping)
    }
    if specification.isAlternate, radix != 10 { digits = "0\(type == "X" ? "x" : type)" + digits }
    if type == "X" { digits = digits.uppercased() }
    return Text(signed(digits, isNegative: value < 0, specification))
  }

  private func signed(
    _ digits: String, isNegative: Bool, _ specification: FormatSpecification
  ) -> String {
    if isNegative { return "-" + digits }
    switch specification.sign {
    case "+": return "+" + digits
    case " ": return " " + digits
    default: return digits
    }
  }

  private func grouped(_ digits: String, by size: Int, _ separator: Character) -> String {
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % size == 0 { result.append(separator) }
      result.append(digit)
    }
    return result
  }

  func digits(
    _ value: Double, _ specification: FormatSpecification
  ) throws(TemplateError) -> Text {
    let magnitude = value.magnitude
    var digits: String
    let precision = specification.precision ?? 6
    try reserve(precision)
    let flags = specification.isAlternate ? "#" : ""
    switch specification.type {
    case "e", "E", "f", "F", "g", "G":
      digits = Numbers.formatted(
        magnitude, specification.type ?? "f", precision: precision, flags: flags)
    case "n": digits = Numbers.formatted(magnitude, "g", precision: precision, flags: flags)
    case "%": digits = Numbers.formatted(magnitude * 100, "f", precision: precision) + "%"
    case nil:
      digits =
        specification.precision.map { general(magnitude, $0) } ?? Numbers.printed(magnitude)
    case let type?: throw failure("a float has no format \"\(type)\"")
    }
    if let grouping = specification.grouping {
      let whole = digits.prefix { $0.isNumber }
      digits = grouped(String(whole), by: 3, grouping) + digits.dropFirst(whole.count)
    }
    let isNegative = value.sign == .minus && !value.isNaN
    return Text(signed(digits, isNegative: isNegative, specification))
  }

  /// What a precision without a type means: as `g`, but never without a fraction or an exponent.
  private func general(_ value: Double, _ precision: Int) -> String {
    guard value.isFinite else { return Numbers.printed(value) }
    let precision = max(1, precision)
    let scientific = Numbers.formatted(value, "e", precision: precision - 1)
    let exponent = scientific.split(separator: "e").last.flatMap { Int($0) } ?? 0
    if value != 0, exponent >= precision - 1, exponent >= 0, exponent + 1 > precision - 1 {
      let parts = scientific.split(separator: "e")
      var mantissa = String(parts[0])
      if mantissa.contains(".") {
        while mantissa.last == "0" { mantissa.removeLast() }
        if mantissa.last == "." { mantissa.removeLast() }
      }
      return mantissa + "e" + parts[1]
    }
    let plain = Numbers.formatted(value, "g", precision: precision)
    return plain.contains(".") || plain.contains("e") ? plain : plain + ".0"
  }
}
