/// Settles where every name of a template lies, and that every filter and test exists.
struct Resolver {
  private let source: SourceText
  private var bindings: Bindings

  static func bindings(
    of statements: [Statement], names: Int, frames: Int, source: SourceText
  ) throws(TemplateError) -> Bindings {
    var resolver = Resolver(
      source: source,
      bindings: Bindings(
        names: Array(repeating: .init(), count: names),
        frames: Array(repeating: .init(), count: frames)))
    let function = Symbols.Function(parent: nil)
    let symbols = Symbols(parent: nil, function: function)
    symbols.see(statements)
    try resolver.resolve(statements, symbols)
    resolver.bindings.root = Bindings.Frame(loads: symbols.frameLoads())
    resolver.bindings.rootSlots = function.slots.count
    return resolver.bindings
  }

  private mutating func bind(_ use: NameUse, _ symbols: Symbols) {
    bindings.names[use.number] = symbols.binding(of: use.name, from: symbols.function)
  }

  private mutating func bind(_ target: Target, _ symbols: Symbols) {
    switch target {
    case .name(let use, _), .attribute(let use, _, _): bind(use, symbols)
    case .tuple(let targets, _): for each in targets { bind(each, symbols) }
    }
  }

  /// Notes a scope once everything in it has its place.
  private mutating func close(_ frame: Int, _ symbols: Symbols, isFunction: Bool = false) {
    bindings.frames[frame].loads = symbols.frameLoads()
    if isFunction { bindings.frames[frame].slots = symbols.function.slots.count }
  }

  // MARK: Statements

  /// - Parameter isSoft: within a condition, where a filter that does not exist may go unused.
  private mutating func resolve(
    _ statements: [Statement], _ symbols: Symbols, isSoft: Bool = false
  ) throws(TemplateError) {
    for statement in statements { try resolve(statement, symbols, isSoft) }
  }

  private mutating func resolve(
    _ statement: Statement, _ symbols: Symbols, _ isSoft: Bool
  ) throws(TemplateError) {
    switch statement {
    case .text, .breakLoop, .continueLoop: break
    case .output(let value): try resolve(value, symbols, isSoft)
    case .assign(let target, let value):
      bind(target, symbols)
      try resolve(value, symbols, isSoft)
    case .assignBlock(let target, let filter, let body, let frame):
      bind(target, symbols)
      let inner = Symbols(parent: symbols, function: symbols.function)
      inner.see(body)
      try resolve(body, inner)
      if let filter { try resolve(filter, inner, false) }
      close(frame, inner)
    case .conditional(let branches, let otherwise):
      for branch in branches {
        try resolve(branch.test, symbols, true)
        try resolve(branch.body, symbols, isSoft: true)
      }
      try resolve(otherwise, symbols, isSoft: true)
    case .loop(let loop): try resolve(loop, symbols, isSoft)
    case .macro(let name, let macro):
      try resolve(macro, symbols)
      bind(name, symbols)
    case .call(let call, let macro):
      try resolve(macro, symbols)
      try resolve(call, symbols, isSoft)
    case .generation(let macro): try resolve(macro, symbols)
    case .with(let items, let body, let frame):
      let inner = Symbols(parent: symbols, function: symbols.function)
      for item in items { inner.see(item.target, asParameter: true) }
      inner.see(body)
      for item in items {
        bind(item.target, inner)
        try resolve(item.value, symbols, isSoft)
      }
      try resolve(body, inner)
      close(frame, inner)
    case .filter(let filter, let body, let frame):
      let inner = Symbols(parent: symbols, function: symbols.function)
      inner.see(body)
      inner.see(filter)
      try resolve(body, inner)
      try resolve(filter, inner, false)
      close(frame, inner)
    }
  }

  private mutating func resolve(
    _ loop: Statement.Loop, _ symbols: Symbols, _ isSoft: Bool
  ) throws(TemplateError) {
    try resolve(loop.iterable, symbols, isSoft)
    let function =
      loop.isRecursive ? Symbols.Function(parent: symbols.function) : symbols.function
    let inner = Symbols(parent: symbols, function: function)
    inner.declareParameter("loop")
    inner.see(loop.target, asParameter: true)
    inner.see(loop.body)
    let otherwise = Symbols(parent: symbols, function: function)
    otherwise.see(loop.otherwise)
    if let test = loop.test {
      let place = Symbols(parent: symbols, function: Symbols.Function(parent: symbols.function))
      place.see(test.target, asParameter: true)
      place.see(test.condition)
      bind(test.target, place)
      try resolve(test.condition, place, false)
      close(loop.testFrame, place, isFunction: true)
    }
    bind(loop.target, inner)
    bind(loop.loop, inner)
    try resolve(loop.body, inner)
    try resolve(loop.otherwise, otherwise)
    close(loop.otherwiseFrame, otherwise)
    close(loop.frame, inner, isFunction: loop.isRecursive)
  }

  private mutating func resolve(
    _ macro: Statement.Macro, _ symbols: Symbols
  ) throws(TemplateError) {
    let inner = Symbols(
      parent: symbols, function: Symbols.Function(parent: symbols.function))
    let parameters =
      macro.parameters + [macro.caller, macro.namedRest, macro.rest].compactMap { $0 }
    for parameter in parameters { inner.declareParameter(parameter.name) }
    for each in macro.defaults { inner.see(each) }
    inner.see(macro.body)
    for parameter in parameters { bind(parameter, inner) }
    for each in macro.defaults { try resolve(each, inner, false) }
    try resolve(macro.body, inner)
    close(macro.frame, inner, isFunction: true)
  }

  // MARK: Expressions

  private mutating func resolve(
    _ expression: Expression, _ symbols: Symbols, _ isSoft: Bool
  ) throws(TemplateError) {
    switch expression.kind {
    case .name(let use): bind(use, symbols)
    case .filter(_, let name, _) where !isSoft && FilterName(rawValue: name) == nil:
      throw FilterName.unknown(name, source, at: expression.offset)
    case .test(_, let name, _) where !isSoft && TestName(rawValue: name) == nil:
      throw source.syntaxError("unknown test \(Shown.text(name))", at: expression.offset)
    default: break
    }
    let isConditional = if case .conditional = expression.kind { true } else { false }
    for child in expression.children { try resolve(child, symbols, isSoft || isConditional) }
  }
}
