/// The statements, each after its keyword.
extension Parser {
  /// Why some of Jinja's tags are refused.
  private static let refused = [
    "include": "reads another file", "import": "reads another file",
    "from": "reads another file", "extends": "reads another file",
    "block": "is for templates that extend others",
    "autoescape": "is for HTML",
  ]

  mutating func statement() throws(TemplateError) -> [Statement] {
    try enter()
    defer { depth -= 1 }
    let token = current
    guard case .name(let keyword) = token.kind else { throw unexpected("the name of a tag") }
    position += 1
    switch keyword {
    case "if": return [try conditional()]
    case "for": return [try loop(at: token.offset)]
    case "set": return [try assignment(at: token.offset)]
    case "macro": return [try macro(at: token.offset)]
    case "call": return [try callBlock(at: token.offset)]
    case "generation": return [.generation(try macroBody(at: token.offset, end: "endgeneration"))]
    case "filter": return [try filterBlock()]
    case "with": return [try with()]
    case "print": return try print()
    case "break", "continue":
      guard loops > 0 else { throw failure("\(keyword) outside of a loop", at: token.offset) }
      return [keyword == "break" ? .breakLoop : .continueLoop]
    default:
      if let reason = Parser.refused[keyword] {
        throw failure("the tag \"\(keyword)\" \(reason) and is not supported", at: token.offset)
      }
      throw failure("unknown tag \(Shown.text(keyword))", at: token.offset)
    }
  }

  private mutating func conditional() throws(TemplateError) -> Statement {
    var branches: [(test: Expression, body: [Statement])] = []
    while true {
      let test = try tuple(allowsConditional: false)
      let (statements, end) = try body(until: "elif", "else", "endif")
      branches.append((test, statements))
      if end == "elif" { continue }
      let otherwise = end == "else" ? try body(until: "endif").statements : []
      return .conditional(branches, otherwise: otherwise)
    }
  }

  private mutating func loop(at offset: Int) throws(TemplateError) -> Statement {
    let target = try self.target(endsBefore: "in")
    try expectName("in")
    let iterable = try tuple(allowsConditional: false, endsBefore: "recursive")
    var test: (Target, Expression)?
    if takeName("if") {
      let condition = try expression()
      test = (renamed(target), condition)
    }
    let isRecursive = takeName("recursive")
    loops += 1
    let start = position
    let (statements, end) = try body(until: "endfor", "else")
    loops -= 1
    let otherwise = end == "else" ? try body(until: "endfor").statements : []
    try refuseLoopAsTarget(tokens[start..<position], target)
    return .loop(
      Statement.Loop(
        target: target, iterable: iterable, body: statements, otherwise: otherwise, test: test,
        isRecursive: isRecursive, offset: offset, loop: use("loop"), frame: frame(),
        otherwiseFrame: frame(), testFrame: frame()))
  }

  private func refuseLoopAsTarget(
    _ tokens: ArraySlice<Token>, _ target: Target
  ) throws(TemplateError) {
    var offset: Int?
    func look(_ target: Target) {
      switch target {
      case .name(let use, let place): if use.name == "loop" { offset = place }
      case .attribute: break
      case .tuple(let targets, _): targets.forEach(look)
      }
    }
    look(target)
    for index in tokens.indices.dropLast(2)
    where tokens[index].kind == .name("set") && tokens[index + 1].kind == .name("loop")
      && tokens[index - 1].kind == .blockBegin
    {
      // An attribute of `loop` is refused when it is assigned, since it is no namespace.
      if tokens[index + 2].kind != .symbol(".") { offset = tokens[index + 1].offset }
    }
    if let offset { throw failure("\"loop\" cannot be assigned within a loop", at: offset) }
  }

  private mutating func assignment(at offset: Int) throws(TemplateError) -> Statement {
    let target = try self.target(allowsAttributes: true)
    if takeSymbol("=") { return .assign(target, try tuple()) }
    let filter = isSymbol("|") ? try filters(of: nil) : nil
    let statements = try body(until: "endset").statements
    return .assignBlock(target, filter: filter, body: statements, frame: frame())
  }

  private mutating func macro(at offset: Int) throws(TemplateError) -> Statement {
    let name = use(try anyName())
    let (parameters, defaults) = try signature()
    let macro = try macroBody(
      at: offset, end: "endmacro", name: name.name, parameters: parameters, defaults: defaults)
    return .macro(name, macro)
  }

  private mutating func callBlock(at offset: Int) throws(TemplateError) -> Statement {
    let (parameters, defaults) = isSymbol("(") ? try signature() : ([], [])
    let call = try expression()
    guard case .call = call.kind else { throw failure("expected a call", at: call.offset) }
    let macro = try macroBody(
      at: offset, end: "endcall", parameters: parameters, defaults: defaults)
    return .call(call, macro)
  }

  private mutating func signature() throws(TemplateError) -> ([NameUse], [Expression]) {
    try expectSymbol("(")
    var parameters: [NameUse] = []
    var defaults: [Expression] = []
    while !isSymbol(")") {
      if !parameters.isEmpty { try expectSymbol(",") }
      let name = try anyName()
      guard !parameters.contains(where: { $0.name == name }) else {
        throw failure("two parameters are called \(Shown.text(name))")
      }
      parameters.append(use(name))
      if takeSymbol("=") {
        defaults.append(try expression())
      } else if !defaults.isEmpty {
        throw failure("a parameter without a default behind one that has it")
      }
    }
    position += 1
    return (parameters, defaults)
  }

  private mutating func macroBody(
    at offset: Int, end: String, name: String? = nil, parameters: [NameUse] = [],
    defaults: [Expression] = []
  ) throws(TemplateError) -> Statement.Macro {
    // A loop around does not reach into it.
    let around = loops
    loops = 0
    defer { loops = around }
    let statements = try body(until: end).statements
    if let index = parameters.firstIndex(where: { $0.name == "caller" }),
      index < parameters.count - defaults.count, statements.uses("caller")
    {
      throw failure("the parameter \"caller\" must have a default", at: offset)
    }
    var special: [String: NameUse] = [:]
    for name in ["caller", "kwargs", "varargs"]
    where statements.uses(name) && !parameters.contains(where: { $0.name == name }) {
      special[name] = use(name)
    }
    return Statement.Macro(
      name: name, parameters: parameters, defaults: defaults, body: statements, offset: offset,
      caller: special["caller"], namedRest: special["kwargs"], rest: special["varargs"],
      frame: frame())
  }

  private mutating func filterBlock() throws(TemplateError) -> Statement {
    let filter = try filters(of: nil, startsInline: true)
    return .filter(filter, body: try body(until: "endfilter").statements, frame: frame())
  }

  private mutating func with() throws(TemplateError) -> Statement {
    var bindings: [(target: Target, value: Expression)] = []
    while current.kind != .blockEnd {
      if !bindings.isEmpty { try expectSymbol(",") }
      let target = try self.target()
      try expectSymbol("=")
      bindings.append((target, try expression()))
    }
    return .with(bindings, body: try body(until: "endwith").statements, frame: frame())
  }

  private mutating func print() throws(TemplateError) -> [Statement] {
    var outputs: [Statement] = []
    while current.kind != .blockEnd {
      if !outputs.isEmpty { try expectSymbol(",") }
      outputs.append(.output(try expression()))
    }
    return outputs
  }

  // MARK: Targets

  private mutating func target(
    allowsAttributes: Bool = false, endsBefore end: String? = nil
  ) throws(TemplateError) -> Target {
    let start = current.offset
    var targets: [Target] = []
    var isTuple = false
    while true {
      if !targets.isEmpty { try expectSymbol(",") }
      if isTupleEnd(end) { break }
      targets.append(try oneTarget(allowsAttributes: allowsAttributes))
      guard isSymbol(",") else { break }
      isTuple = true
    }
    if let only = targets.first, !isTuple { return only }
    guard isTuple else { throw unexpected("a name to assign to") }
    return .tuple(targets, offset: start)
  }

  private mutating func oneTarget(allowsAttributes: Bool) throws(TemplateError) -> Target {
    let token = current
    if takeSymbol("(") {
      try enter()
      defer { depth -= 1 }
      if takeSymbol(")") { return .tuple([], offset: token.offset) }
      var targets: [Target] = []
      var isTuple = false
      while !isSymbol(")") {
        targets.append(try oneTarget(allowsAttributes: false))
        guard takeSymbol(",") else { break }
        isTuple = true
      }
      try expectSymbol(")")
      return isTuple ? .tuple(targets, offset: token.offset) : targets[0]
    }
    let name = try anyName()
    if ["true", "false", "none", "True", "False", "None"].contains(name) {
      throw failure("\(name) cannot be assigned", at: token.offset)
    }
    if allowsAttributes, takeSymbol(".") {
      return .attribute(use(name), try anyName(), offset: token.offset)
    }
    return .name(use(name), offset: token.offset)
  }

  /// The same target with names of its own.
  private mutating func renamed(_ target: Target) -> Target {
    switch target {
    case .name(let name, let offset): return .name(use(name.name), offset: offset)
    case .attribute(let name, let attribute, let offset):
      return .attribute(use(name.name), attribute, offset: offset)
    case .tuple(let targets, let offset):
      var others: [Target] = []
      for each in targets { others.append(renamed(each)) }
      return .tuple(others, offset: offset)
    }
  }
}
