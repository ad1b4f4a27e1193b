/// Names, numbers, texts and symbols.
extension Lexer {
  private static let symbols = [
    "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}",
    ">", "<", "=", ".", ":", "|", ",", ";",
  ]

  mutating func expressionToken(_ brackets: inout [UInt8]) throws(TemplateError) {
    let start = offset
    let byte = bytes[start]
    if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { return try number() }
    if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") { return try text(quote: byte) }
    if let scalar = scalar(at: start), Characters.isWord(scalar) || scalar.properties.isXIDContinue
    {
      return try name()
    }
    guard let symbol = Lexer.symbols.first(where: { has($0, at: start) }) else {
      throw failure("unexpected character \(Shown.text(shownCharacter(at: start)))", at: start)
    }
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): brackets.append(byte)
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      guard let opener = brackets.popLast() else {
        throw failure("unexpected \"\(symbol)\"", at: start)
      }
      // ( is one below ) in ASCII, the others are two below theirs.
      guard byte == opener + (opener == UInt8(ascii: "(") ? 1 : 2) else {
        throw failure("unexpected \"\(symbol)\" that does not close the last bracket", at: start)
      }
    default: break
    }
    tokens.append(Token(kind: .symbol(symbol), offset: start))
    offset += symbol.utf8.count
  }

  private func shownCharacter(at start: Int) -> String {
    scalar(at: start).map { String(Character($0)) } ?? ""
  }

  private mutating func name() throws(TemplateError) {
    let start = offset
    while offset < bytes.count, let scalar = scalar(at: offset),
      Characters.isWord(scalar) || scalar.properties.isXIDContinue
    {
      offset += UTF8.width(scalar)
    }
    let name = String(decoding: bytes[start..<offset], as: UTF8.self)
    let scalars = name.unicodeScalars
    guard let first = scalars.first, first == "_" || first.properties.isXIDStart,
      scalars.allSatisfy({ $0.properties.isXIDContinue })
    else { throw failure("\(Shown.text(name)) is no name", at: start) }
    tokens.append(Token(kind: .name(name), offset: start))
  }

  // MARK: Numbers

  /// The end of digits from `start`, single underscores between them allowed.
  private func digits(_ start: Int, _ isDigit: (UInt8) -> Bool) -> Int {
    var end = start
    while end < bytes.count {
      if isDigit(bytes[end]) {
        end += 1
      } else if bytes[end] == UInt8(ascii: "_"), end > start, end + 1 < bytes.count,
        isDigit(bytes[end + 1])
      {
        end += 2
      } else {
        break
      }
    }
    return end
  }

  private static func isDecimal(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private mutating func number() throws(TemplateError) {
    let start = offset
    if let end = fractionEnd(start) {
      let digits = bytes[start..<end].filter { $0 != UInt8(ascii: "_") }
      guard let value = Double(String(decoding: digits, as: UTF8.self)) else {
        throw failure("a number that cannot be read", at: start)
      }
      offset = end
      return tokens.append(Token(kind: .float(value), offset: start))
    }
    let (radix, first, end) = integerRange(start)
    let digits = bytes[first..<end].filter { $0 != UInt8(ascii: "_") }
    guard let value = Int(String(decoding: digits, as: UTF8.self), radix: radix) else {
      throw failure("a whole number beyond 64 bits", at: start)
    }
    offset = end
    tokens.append(Token(kind: .integer(value), offset: start))
  }

  /// Where a number with a fraction or an exponent ends. Behind a dot there is none: `list.1.2`.
  private func fractionEnd(_ start: Int) -> Int? {
    if start > 0, bytes[start - 1] == UInt8(ascii: ".") { return nil }
    var end = digits(start, Lexer.isDecimal)
    var isFloat = false
    if has(".", at: end) {
      let fraction = digits(end + 1, Lexer.isDecimal)
      if fraction > end + 1 {
        end = fraction
        isFloat = true
      }
    }
    if has("e", at: end) || has("E", at: end) {
      let sign = has("+", at: end + 1) || has("-", at: end + 1) ? 1 : 0
      let exponent = digits(end + 1 + sign, Lexer.isDecimal)
      if exponent > end + 1 + sign { return exponent }
    }
    return isFloat ? end : nil
  }

  private func integerRange(_ start: Int) -> (radix: Int, first: Int, end: Int) {
    for (letter, radix) in [("b", 2), ("o", 8), ("x", 16)]
    where has("0\(letter)", at: start) || has("0\(letter.uppercased())", at: start) {
      let isDigit = { (byte: UInt8) in
        (Character(Unicode.Scalar(byte)).hexDigitValue ?? radix) < radix
      }
      let first = has("_", at: start + 2) ? start + 3 : start + 2
      let end = digits(first, isDigit)
      if end > first { return (radix, first, end) }
    }
    // A zero takes only zeros with it.
    let isZero = bytes[start] == UInt8(ascii: "0")
    return (10, start, digits(start, isZero ? { $0 == UInt8(ascii: "0") } : Lexer.isDecimal))
  }

  // MARK: Texts

  private mutating func text(quote: UInt8) throws(TemplateError) {
    let start = offset
    offset += 1
    var value: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == quote {
        offset += 1
        return tokens.append(Token(kind: .text(Text(bytes: value)), offset: start))
      }
      if byte == UInt8(ascii: "\\") {
        try escape(into: &value)
      } else {
        value.append(byte)
        offset += 1
      }
    }
    throw failure("a text without its closing quote", at: start)
  }

  private mutating func escape(into value: inout [UInt8]) throws(TemplateError) {
    let start = offset
    guard start + 1 < bytes.count else { throw failure("an unfinished escape", at: start) }
    let byte = bytes[start + 1]
    offset += 2
    switch byte {
    case UInt8(ascii: "\n"): break
    case UInt8(ascii: "n"): value.append(0x0A)
    case UInt8(ascii: "r"): value.append(0x0D)
    case UInt8(ascii: "t"): value.append(0x09)
    case UInt8(ascii: "a"): value.append(0x07)
    case UInt8(ascii: "b"): value.append(0x08)
    case UInt8(ascii: "f"): value.append(0x0C)
    case UInt8(ascii: "v"): value.append(0x0B)
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): value.append(byte)
    case UInt8(ascii: "x"): try code(2, radix: 16, from: start, into: &value)
    case UInt8(ascii: "u"): try code(4, radix: 16, from: start, into: &value)
    case UInt8(ascii: "U"): try code(8, radix: 16, from: start, into: &value)
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      offset -= 1
      var count = 1
      while count < 3, offset + count < bytes.count, bytes[offset + count] & 0xF8 == 0x30 {
        count += 1
      }
      try code(count, radix: 8, from: start, into: &value)
    case UInt8(ascii: "N"): throw failure("\\N escapes are not supported", at: start)
    default:
      // Unknown escapes stay as they are, and a character of several bytes goes on behind.
      value.append(UInt8(ascii: "\\"))
      value.append(byte)
    }
  }

  private mutating func code(
    _ count: Int, radix: Int, from start: Int, into value: inout [UInt8]
  ) throws(TemplateError) {
    let digits = bytes[offset..<min(offset + count, bytes.count)]
    let text = String(decoding: digits, as: UTF8.self)
    guard digits.count == count, text.first != "+", text.first != "-",
      let number = UInt32(text, radix: radix)
    else { throw failure("an escape that lacks digits", at: start) }
    guard let scalar = Unicode.Scalar(number) else {
      throw failure("an escape that is no character", at: start)
    }
    offset += count
    Text.append(scalar, to: &value)
  }
}
