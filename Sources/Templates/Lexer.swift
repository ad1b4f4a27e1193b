/// Cuts a template into tokens as Jinja does with `trim_blocks` and `lstrip_blocks`: the newline
/// behind a block or a comment goes, and so does the blank space before it on its line.
struct Lexer {
  let source: SourceText
  var offset = 0
  var tokens: [Token] = []
  /// Whether the last piece ended a line, so that blank space before a tag is an indentation.
  private var isLineStart = true

  var bytes: [UInt8] { source.bytes }

  static func tokens(of source: SourceText) throws(TemplateError) -> [Token] {
    guard source.bytes.count <= TemplateLimits.source else {
      throw .limit(
        source.place(at: 0), problem: "the template is larger than \(TemplateLimits.source) bytes")
    }
    var lexer = Lexer(source: source)
    while lexer.offset < source.bytes.count { try lexer.root() }
    lexer.tokens.append(Token(kind: .end, offset: source.bytes.count))
    return lexer.tokens
  }

  init(source: SourceText) { self.source = source }

  func failure(_ problem: String, at offset: Int) -> TemplateError {
    source.syntaxError(problem, at: offset)
  }

  /// Text up to the next tag, and that tag.
  private mutating func root() throws(TemplateError) {
    let start = offset
    while offset + 1 < bytes.count, !isTagStart(offset) { offset += 1 }
    guard offset + 1 < bytes.count else {
      offset = bytes.count
      return add(start..<offset, at: start)
    }
    let tag = offset
    let opener = bytes[tag + 1]
    offset += 2
    let rawEnd = opener == UInt8(ascii: "%") ? rawBegin() : nil
    let sign = takeSign()
    add(strip(start..<tag, before: sign, isVariable: opener == UInt8(ascii: "{")), at: start)
    if let rawEnd {
      isLineStart = bytes[rawEnd - 1] == UInt8(ascii: "\n")
      offset = rawEnd
      return try raw(from: tag)
    }
    isLineStart = false
    switch opener {
    case UInt8(ascii: "#"): try comment(from: tag)
    case UInt8(ascii: "{"):
      tokens.append(Token(kind: .variableBegin, offset: tag))
      try inside(.variableEnd, from: tag)
    default:
      tokens.append(Token(kind: .blockBegin, offset: tag))
      try inside(.blockEnd, from: tag)
    }
  }

  private func isTagStart(_ offset: Int) -> Bool {
    guard bytes[offset] == UInt8(ascii: "{") else { return false }
    let next = bytes[offset + 1]
    return next == UInt8(ascii: "{") || next == UInt8(ascii: "%") || next == UInt8(ascii: "#")
  }

  /// The `-` or `+` behind the opening of a tag.
  private mutating func takeSign() -> UInt8? {
    guard offset < bytes.count else { return nil }
    let byte = bytes[offset]
    guard byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") else { return nil }
    offset += 1
    return byte
  }

  private mutating func add(_ range: Range<Int>, at start: Int) {
    guard !range.isEmpty else { return }
    tokens.append(Token(kind: .data(Text(bytes: Array(bytes[range]))), offset: start))
  }

  /// Text without the blank space that the tag behind it takes away.
  private func strip(_ range: Range<Int>, before sign: UInt8?, isVariable: Bool) -> Range<Int> {
    if sign == UInt8(ascii: "-") {
      var end = range.upperBound
      while end > range.lowerBound, let before = spaceBefore(end), before >= range.lowerBound {
        end = before
      }
      return range.lowerBound..<end
    }
    if sign == UInt8(ascii: "+") || isVariable { return range }
    let newline = bytes[range].lastIndex(of: UInt8(ascii: "\n"))
    guard newline != nil || isLineStart else { return range }
    let line = newline.map { $0 + 1 } ?? range.lowerBound
    var end = line
    while end < range.upperBound, let next = spaceBehind(end) { end = next }
    return range.lowerBound..<(end == range.upperBound ? line : range.upperBound)
  }

  /// Where a blank character that ends at `end` begins.
  private func spaceBefore(_ end: Int) -> Int? {
    var start = end - 1
    while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return spaceBehind(start) == end ? start : nil
  }

  /// Where the blank character at `start` ends; nil when there is none.
  func spaceBehind(_ start: Int) -> Int? {
    guard start < bytes.count, let scalar = scalar(at: start), Characters.isSpace(scalar) else {
      return nil
    }
    return start + UTF8.width(scalar)
  }

  func scalar(at start: Int) -> Unicode.Scalar? {
    if bytes[start] < 0x80 { return Unicode.Scalar(bytes[start]) }
    return String(decoding: bytes[start..<min(start + 4, bytes.count)], as: UTF8.self)
      .unicodeScalars.first
  }

  func skipSpace(_ start: Int) -> Int {
    var offset = start
    while let next = spaceBehind(offset) { offset = next }
    return offset
  }

  func has(_ text: String, at start: Int) -> Bool {
    start <= bytes.count && bytes[start...].starts(with: text.utf8)
  }

  /// What the end of a tag takes: `-%}` all blank space behind it, `%}` one newline.
  private func end(_ closer: String, at start: Int) -> Int? {
    if has("-\(closer)", at: start) { return skipSpace(start + 3) }
    if closer != "}}", has("+\(closer)", at: start) { return start + 3 }
    guard has(closer, at: start) else { return nil }
    return closer != "}}" && has("\n", at: start + 2) ? start + 3 : start + 2
  }

  private mutating func comment(from tag: Int) throws(TemplateError) {
    while offset < bytes.count {
      if let end = end("#}", at: offset) { return finish(end) }
      offset += 1
    }
    throw failure("a comment without its #}", at: tag)
  }

  private mutating func finish(_ end: Int) {
    isLineStart = bytes[end - 1] == UInt8(ascii: "\n")
    offset = end
  }

  /// Where the text of a raw block begins; nil when the tag, behind whose `{%` we stand, is another.
  private func rawBegin() -> Int? {
    var start = offset
    if has("-", at: start) || has("+", at: start) { start += 1 }
    start = skipSpace(start)
    guard has("raw", at: start) else { return nil }
    start = skipSpace(start + 3)
    if has("-%}", at: start) { return skipSpace(start + 3) }
    return has("%}", at: start) ? start + 2 : nil
  }

  private mutating func raw(from tag: Int) throws(TemplateError) {
    let start = offset
    while offset < bytes.count {
      defer { offset += 1 }
      guard has("{%", at: offset) else { continue }
      let text = start..<offset
      var name = offset + 2
      let sign = has("-", at: name) || has("+", at: name) ? bytes[name] : nil
      if sign != nil { name += 1 }
      name = skipSpace(name)
      guard has("endraw", at: name), let end = end("%}", at: skipSpace(name + 6)) else { continue }
      add(strip(text, before: sign, isVariable: false), at: start)
      finish(end)
      offset -= 1
      return
    }
    throw failure("a raw block without its {% endraw %}", at: tag)
  }

  /// What stands inside a tag, and its end; an end within brackets is none.
  private mutating func inside(_ closing: Token.Kind, from tag: Int) throws(TemplateError) {
    let closer = closing == .blockEnd ? "%}" : "}}"
    var brackets: [UInt8] = []
    while offset < bytes.count {
      if brackets.isEmpty, let end = end(closer, at: offset) {
        tokens.append(Token(kind: closing, offset: offset))
        return finish(end)
      }
      if let next = spaceBehind(offset) {
        offset = next
      } else {
        try expressionToken(&brackets)
      }
    }
    throw failure("a tag without its \(closer)", at: tag)
  }
}
