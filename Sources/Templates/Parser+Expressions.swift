/// The expressions, from the loosest binding to the tightest.
extension Parser {
  func isTupleEnd(_ end: String? = nil) -> Bool {
    switch current.kind {
    case .variableEnd, .blockEnd, .symbol(")"): true
    case .name(let name): name == end
    default: false
    }
  }

  private func make(
    _ kind: Expression.Kind, _ offset: Int, _ parts: Expression?...
  ) throws(TemplateError) -> Expression {
    try make(kind, offset, of: parts.compactMap { $0 })
  }

  private func make(
    _ kind: Expression.Kind, _ offset: Int, of parts: [Expression]
  ) throws(TemplateError) -> Expression {
    let depth = 1 + (parts.map(\.depth).max() ?? 0)
    guard depth <= TemplateLimits.syntaxDepth else { throw tooDeep(at: offset) }
    return Expression(kind: kind, offset: offset, depth: depth)
  }

  /// One expression, or several between commas.
  mutating func tuple(
    allowsConditional: Bool = true, endsBefore end: String? = nil, isInParentheses: Bool = false
  ) throws(TemplateError) -> Expression {
    let start = current.offset
    var items: [Expression] = []
    var isTuple = false
    while true {
      if !items.isEmpty { try expectSymbol(",") }
      if isTupleEnd(end) { break }
      items.append(try allowsConditional ? expression() : disjunction())
      guard isSymbol(",") else { break }
      isTuple = true
    }
    if let only = items.first, !isTuple { return only }
    guard isTuple || isInParentheses else { throw unexpected("an expression") }
    return try make(.tuple(items), start, of: items)
  }

  mutating func expression() throws(TemplateError) -> Expression {
    try enter()
    defer { depth -= 1 }
    var value = try disjunction()
    while isName("if") {
      let offset = next().offset
      let test = try disjunction()
      let otherwise = takeName("else") ? try expression() : nil
      value = try make(
        .conditional(value, test: test, otherwise: otherwise), offset, value, test, otherwise)
    }
    return value
  }

  private mutating func disjunction() throws(TemplateError) -> Expression {
    var left = try conjunction()
    while isName("or") {
      let offset = next().offset
      let right = try conjunction()
      left = try make(.or(left, right), offset, left, right)
    }
    return left
  }

  private mutating func conjunction() throws(TemplateError) -> Expression {
    var left = try negation()
    while isName("and") {
      let offset = next().offset
      let right = try negation()
      left = try make(.and(left, right), offset, left, right)
    }
    return left
  }

  private mutating func negation() throws(TemplateError) -> Expression {
    guard isName("not") else { return try comparison() }
    try enter()
    defer { depth -= 1 }
    let offset = next().offset
    let operand = try negation()
    return try make(.not(operand), offset, operand)
  }

  private mutating func comparison() throws(TemplateError) -> Expression {
    let first = try sum()
    var others: [(Comparison, Expression)] = []
    let offset = current.offset
    while let comparison = takeComparison() { others.append((comparison, try sum())) }
    guard !others.isEmpty else { return first }
    return try make(.compare(first, others), offset, of: [first] + others.map(\.1))
  }

  private mutating func takeComparison() -> Comparison? {
    switch current.kind {
    case .symbol(let symbol):
      guard let comparison = Comparison(rawValue: symbol) else { return nil }
      position += 1
      return comparison
    case .name("in"):
      position += 1
      return .isIn
    case .name("not") where following.kind == .name("in"):
      position += 2
      return .isNotIn
    default: return nil
    }
  }

  private func binary(_ symbols: Set<String>) -> BinaryOperator? {
    guard case .symbol(let symbol) = current.kind, symbols.contains(symbol) else { return nil }
    return BinaryOperator(rawValue: symbol)
  }

  private mutating func sum() throws(TemplateError) -> Expression {
    var left = try concatenation()
    while let operation = binary(["+", "-"]) {
      let offset = next().offset
      let right = try concatenation()
      left = try make(.binary(operation, left, right), offset, left, right)
    }
    return left
  }

  private mutating func concatenation() throws(TemplateError) -> Expression {
    let first = try product()
    guard isSymbol("~") else { return first }
    let offset = current.offset
    var parts = [first]
    while takeSymbol("~") { parts.append(try product()) }
    return try make(.concatenation(parts), offset, of: parts)
  }

  private mutating func product() throws(TemplateError) -> Expression {
    var left = try power()
    while let operation = binary(["*", "/", "//", "%"]) {
      let offset = next().offset
      let right = try power()
      left = try make(.binary(operation, left, right), offset, left, right)
    }
    return left
  }

  private mutating func power() throws(TemplateError) -> Expression {
    var left = try unary()
    while isSymbol("**") {
      let offset = next().offset
      let right = try unary()
      left = try make(.binary(.power, left, right), offset, left, right)
    }
    return left
  }

  private mutating func unary(withFilters: Bool = true) throws(TemplateError) -> Expression {
    let offset = current.offset
    var value: Expression
    if isSymbol("-") || isSymbol("+") {
      try enter()
      defer { depth -= 1 }
      let sign: UnaryOperator = next().kind == .symbol("-") ? .minus : .plus
      let operand = try unary(withFilters: false)
      value = try make(.unary(sign, operand), offset, operand)
    } else {
      value = try primary()
    }
    value = try postfix(value)
    guard withFilters else { return value }
    while true {
      if isSymbol("|") {
        value = try filters(of: value)
      } else if isName("is") {
        value = try test(of: value)
      } else if isSymbol("(") {
        value = try call(value)
      } else {
        return value
      }
    }
  }

  private mutating func primary() throws(TemplateError) -> Expression {
    let token = next()
    let offset = token.offset
    switch token.kind {
    case .name("true"), .name("True"): return try make(.boolean(true), offset)
    case .name("false"), .name("False"): return try make(.boolean(false), offset)
    case .name("none"), .name("None"): return try make(.none, offset)
    case .name(let name): return try make(.name(use(name)), offset)
    case .text(var text):
      while case .text(let more) = current.kind {
        text.bytes += more.bytes
        position += 1
      }
      return try make(.text(text), offset)
    case .integer(let value): return try make(.integer(value), offset)
    case .float(let value): return try make(.float(value), offset)
    case .symbol("("):
      let value = try tuple(isInParentheses: true)
      try expectSymbol(")")
      return value
    case .symbol("["):
      let items = try list()
      return try make(.list(items), offset, of: items)
    case .symbol("{"): return try mapping(at: offset)
    default: throw failure("unexpected \(token.description)", at: offset)
    }
  }

  private mutating func list() throws(TemplateError) -> [Expression] {
    var items: [Expression] = []
    while !isSymbol("]") {
      if !items.isEmpty { try expectSymbol(",") }
      if isSymbol("]") { break }
      items.append(try expression())
    }
    position += 1
    return items
  }

  private mutating func mapping(at offset: Int) throws(TemplateError) -> Expression {
    var keys: [Expression] = []
    var values: [Expression] = []
    while !isSymbol("}") {
      if !keys.isEmpty { try expectSymbol(",") }
      if isSymbol("}") { break }
      keys.append(try expression())
      try expectSymbol(":")
      values.append(try expression())
    }
    position += 1
    return try make(.mapping(keys: keys, values: values), offset, of: keys + values)
  }

  private mutating func postfix(_ value: Expression) throws(TemplateError) -> Expression {
    var value = value
    while true {
      if isSymbol(".") {
        let offset = next().offset
        switch current.kind {
        case .name(let name): value = try make(.attribute(value, Text(name)), offset, value)
        case .integer(let index):
          let item = try make(.integer(index), current.offset)
          value = try make(.item(value, item), offset, value, item)
        default: throw unexpected("a name or a number")
        }
        position += 1
      } else if isSymbol("[") {
        value = try subscripted(value)
      } else if isSymbol("(") {
        value = try call(value)
      } else {
        return value
      }
    }
  }

  private mutating func subscripted(_ value: Expression) throws(TemplateError) -> Expression {
    let offset = next().offset
    var items: [Expression] = []
    while !isSymbol("]") {
      if !items.isEmpty { try expectSymbol(",") }
      let start = isSymbol(":") ? nil : try expression()
      guard isSymbol(":") else {
        if let start { items.append(start) }
        continue
      }
      guard items.isEmpty else { throw failure("a slice stands alone in its brackets") }
      return try slice(value, from: start, offset)
    }
    position += 1
    let key = items.count == 1 ? items[0] : try make(.tuple(items), offset, of: items)
    return try make(.item(value, key), offset, value, key)
  }

  private mutating func slice(
    _ value: Expression, from start: Expression?, _ offset: Int
  ) throws(TemplateError) -> Expression {
    position += 1
    let stop = isSymbol(":") || isSymbol("]") ? nil : try expression()
    let step = takeSymbol(":") && !isSymbol("]") ? try expression() : nil
    guard takeSymbol("]") else { throw unexpected("\"]\"") }
    return try make(
      .slice(value, start: start, stop: stop, step: step), offset, value, start, stop, step)
  }

  // MARK: Calls

  private mutating func call(_ function: Expression) throws(TemplateError) -> Expression {
    let offset = current.offset
    let arguments = try arguments()
    return try make(.call(function, arguments), offset, of: [function] + arguments.all)
  }

  private mutating func arguments() throws(TemplateError) -> Arguments {
    let start = current.offset
    try expectSymbol("(")
    var arguments = Arguments()
    var isFirst = true
    while !isSymbol(")") {
      if !isFirst {
        try expectSymbol(",")
        if isSymbol(")") { break }
      }
      isFirst = false
      let isOrdered: Bool
      if takeSymbol("*") {
        isOrdered = arguments.spread == nil && arguments.namedSpread == nil
        arguments.spread = try expression()
      } else if takeSymbol("**") {
        isOrdered = arguments.namedSpread == nil
        arguments.namedSpread = try expression()
      } else if case .name(let name) = current.kind, following.kind == .symbol("=") {
        isOrdered = arguments.namedSpread == nil
        position += 2
        guard !arguments.named.contains(where: { $0.name == name }) else {
          throw failure("the argument \(Shown.text(name)) is given twice")
        }
        arguments.named.append((name, try expression()))
      } else {
        isOrdered =
          arguments.spread == nil && arguments.namedSpread == nil && arguments.named.isEmpty
        arguments.positional.append(try expression())
      }
      guard isOrdered else { throw failure("arguments in an order that no call has", at: start) }
    }
    position += 1
    return arguments
  }

  private mutating func dottedName() throws(TemplateError) -> String {
    var name = try anyName()
    while takeSymbol(".") { name += "." + (try anyName()) }
    return name
  }

  /// Filters behind a value; nil stands for the text of a block.
  mutating func filters(
    of value: Expression?, startsInline: Bool = false
  ) throws(TemplateError) -> Expression {
    var value = value
    var isInline = startsInline
    while isInline || isSymbol("|") {
      if !isInline { position += 1 }
      isInline = false
      let offset = current.offset
      let name = try dottedName()
      let arguments = isSymbol("(") ? try arguments() : Arguments()
      value = try make(
        .filter(value, name: name, arguments), offset,
        of: (value.map { [$0] } ?? []) + arguments.all)
    }
    guard let value else { throw unexpected("a filter") }
    return value
  }

  private mutating func test(of value: Expression) throws(TemplateError) -> Expression {
    position += 1
    let isNegated = takeName("not")
    let offset = current.offset
    let name = try dottedName()
    var arguments = Arguments()
    if isSymbol("(") {
      arguments = try self.arguments()
    } else if startsArgument {
      if isName("is") { throw failure("tests cannot be chained") }
      arguments.positional = [try postfix(try primary())]
    }
    let test = try make(.test(value, name: name, arguments), offset, of: [value] + arguments.all)
    return isNegated ? try make(.not(test), offset, test) : test
  }

  private var startsArgument: Bool {
    switch current.kind {
    case .name(let name): !["else", "or", "and"].contains(name)
    case .text, .integer, .float, .symbol("["), .symbol("{"): true
    default: false
    }
  }
}
