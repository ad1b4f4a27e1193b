/// A statement of a template.
indirect enum Statement: Sendable {
  case text(Text, offset: Int)
  case output(Expression)
  case assign(Target, Expression)
  case assignBlock(Target, filter: Expression?, body: [Statement], frame: Int)
  case conditional([(test: Expression, body: [Statement])], otherwise: [Statement])
  case loop(Loop)
  case macro(NameUse, Macro)
  /// A call whose macro may call `caller`.
  case call(Expression, Macro)
  case generation(Macro)
  case with([(target: Target, value: Expression)], body: [Statement], frame: Int)
  case filter(Expression, body: [Statement], frame: Int)
  case breakLoop
  case continueLoop

  struct Loop: Sendable {
    let target: Target
    let iterable: Expression
    let body: [Statement]
    let otherwise: [Statement]
    /// The condition behind `if`, with names of its own for the target.
    let test: (target: Target, condition: Expression)?
    let isRecursive: Bool
    let offset: Int
    /// The name `loop`.
    let loop: NameUse
    let frame: Int
    let otherwiseFrame: Int
    let testFrame: Int
  }

  /// A macro, or the body of a call block.
  struct Macro: Sendable {
    let name: String?
    let parameters: [NameUse]
    /// Of the last parameters.
    let defaults: [Expression]
    let body: [Statement]
    let offset: Int
    /// The special names that the body uses without their being parameters.
    let caller: NameUse?
    let namedRest: NameUse?
    let rest: NameUse?
    let frame: Int
  }
}

/// What is assigned to.
indirect enum Target: Sendable {
  case name(NameUse, offset: Int)
  /// An attribute of a namespace.
  case attribute(NameUse, String, offset: Int)
  case tuple([Target], offset: Int)
}

extension Statement {
  /// Meets the names within in the order in which Jinja looks for its special ones; `isUse` is
  /// false where a name is assigned.
  func forEachName(_ body: (NameUse, _ isUse: Bool) -> Void) {
    func use(_ expression: Expression?) { expression?.forEachName { body($0, true) } }
    func all(_ statements: [Statement]) { for each in statements { each.forEachName(body) } }
    switch self {
    case .text, .breakLoop, .continueLoop: break
    case .output(let value): use(value)
    case .assign(let target, let value):
      target.forEachName(body)
      use(value)
    case .assignBlock(let target, let filter, let statements, _):
      target.forEachName(body)
      use(filter)
      all(statements)
    case .conditional(let branches, let otherwise):
      for branch in branches {
        use(branch.test)
        all(branch.body)
      }
      all(otherwise)
    case .loop(let loop):
      loop.target.forEachName(body)
      use(loop.iterable)
      all(loop.body)
      all(loop.otherwise)
      use(loop.test?.condition)
    case .macro(_, let macro), .generation(let macro): macro.forEachName(body)
    case .call(let call, let macro):
      use(call)
      macro.forEachName(body)
    case .with(let bindings, let statements, _):
      for binding in bindings { binding.target.forEachName(body) }
      for binding in bindings { use(binding.value) }
      all(statements)
    case .filter(let filter, let statements, _):
      all(statements)
      use(filter)
    }
  }
}

extension Statement.Macro {
  func forEachName(_ body: (NameUse, _ isUse: Bool) -> Void) {
    for parameter in parameters { body(parameter, false) }
    for each in defaults { each.forEachName { body($0, true) } }
    for each in self.body { each.forEachName(body) }
  }
}

extension [Statement] {
  /// Whether these use a name before they assign to it.
  func uses(_ name: String) -> Bool {
    var isUsed = false
    var isAssigned = false
    for statement in self {
      statement.forEachName { use, isUse in
        guard use.name == name else { return }
        if isUse { isUsed = isUsed || !isAssigned } else { isAssigned = true }
      }
    }
    return isUsed
  }
}

extension Target {
  func forEachName(_ body: (NameUse, _ isUse: Bool) -> Void) {
    switch self {
    case .name(let use, _): body(use, false)
    case .attribute: break
    case .tuple(let targets, _): for target in targets { target.forEachName(body) }
    }
  }
}
