/// Reads tokens into statements, after the grammar of Jinja.
struct Parser {
  let source: SourceText
  let tokens: [Token]
  var position = 0
  /// Expressions and statements that are open.
  var depth = 0
  /// Loops that `break` can leave, which a macro's body ends.
  var loops = 0
  var names = 0
  var frames = 0

  init(source: SourceText) throws(TemplateError) {
    self.source = source
    tokens = try Lexer.tokens(of: source)
  }

  var current: Token { tokens[min(position, tokens.count - 1)] }
  var following: Token { tokens[min(position + 1, tokens.count - 1)] }

  mutating func next() -> Token {
    let token = current
    if position < tokens.count - 1 { position += 1 }
    return token
  }

  func failure(_ problem: String, at offset: Int? = nil) -> TemplateError {
    source.syntaxError(problem, at: offset ?? current.offset)
  }

  func unexpected(_ expected: String) -> TemplateError {
    failure("expected \(expected), found \(current.description)")
  }

  func isSymbol(_ symbol: String) -> Bool { current.kind == .symbol(symbol) }
  func isName(_ name: String) -> Bool { current.kind == .name(name) }

  mutating func takeSymbol(_ symbol: String) -> Bool {
    guard isSymbol(symbol) else { return false }
    position += 1
    return true
  }

  mutating func takeName(_ name: String) -> Bool {
    guard isName(name) else { return false }
    position += 1
    return true
  }

  mutating func expectSymbol(_ symbol: String) throws(TemplateError) {
    guard takeSymbol(symbol) else { throw unexpected("\"\(symbol)\"") }
  }

  mutating func expectName(_ name: String) throws(TemplateError) {
    guard takeName(name) else { throw unexpected("\"\(name)\"") }
  }

  mutating func anyName() throws(TemplateError) -> String {
    guard case .name(let name) = current.kind else { throw unexpected("a name") }
    position += 1
    return name
  }

  mutating func use(_ name: String) -> NameUse {
    names += 1
    return NameUse(name: name, number: names - 1)
  }

  mutating func frame() -> Int {
    frames += 1
    return frames - 1
  }

  mutating func enter() throws(TemplateError) {
    depth += 1
    guard depth <= TemplateLimits.syntaxDepth else { throw tooDeep(at: current.offset) }
  }

  func tooDeep(at offset: Int) -> TemplateError {
    .limit(
      source.place(at: offset),
      problem: "more than \(TemplateLimits.syntaxDepth) expressions or statements in each other")
  }

  /// The statements of a whole template.
  mutating func template() throws(TemplateError) -> [Statement] {
    let statements = try self.statements(until: [])
    guard case .end = current.kind else { throw unexpected("the end of the template") }
    return statements
  }

  /// Statements up to a tag of one of these names, before which we then stand.
  mutating func statements(until ends: [String]) throws(TemplateError) -> [Statement] {
    try enter()
    defer { depth -= 1 }
    var statements: [Statement] = []
    while true {
      let token = next()
      switch token.kind {
      case .data(let text): statements.append(.text(text, offset: token.offset))
      case .variableBegin:
        statements.append(.output(try tuple()))
        guard case .variableEnd = current.kind else { throw unexpected("\"}}\"") }
        position += 1
      case .blockBegin:
        if case .name(let name) = current.kind, ends.contains(name) { return statements }
        statements += try statement()
        guard case .blockEnd = current.kind else { throw unexpected("\"%}\"") }
        position += 1
      default:
        guard ends.isEmpty else {
          let tags = ends.map { "{% \($0) %}" }.joined(separator: " or ")
          throw failure("the template ends before \(tags)", at: token.offset)
        }
        return statements
      }
    }
  }

  /// The body of a block: from its `%}` to a tag of one of these names, which is taken.
  mutating func body(until ends: String...) throws(TemplateError) -> (
    statements: [Statement], end: String
  ) {
    _ = takeSymbol(":")
    guard case .blockEnd = current.kind else { throw unexpected("\"%}\"") }
    position += 1
    let statements = try statements(until: ends)
    return (statements, try anyName())
  }
}
