/// How a sequence of statements ended.
enum Flow { case onwards, breaksLoop, continuesLoop }

extension Interpreter {
  func execute(
    _ statements: [Statement], _ activation: Activation
  ) throws(TemplateError) -> Flow {
    try descend()
    defer { ascend() }
    for statement in statements {
      let flow = try execute(statement, activation)
      guard flow == .onwards else { return flow }
    }
    return .onwards
  }

  private func execute(
    _ statement: Statement, _ activation: Activation
  ) throws(TemplateError) -> Flow {
    try step()
    switch statement {
    case .text(let text, let offset):
      here = offset
      try emit(text)
    case .output(let expression): try write(expression, activation)
    case .assign(let target, let expression):
      try checkNamespaces(target, activation)
      try assign(try evaluate(expression, activation), to: target, activation)
    case .assignBlock(let target, let filter, let body, let frame):
      return try assign(target, filter, body, frame, activation)
    case .conditional(let branches, let otherwise):
      for branch in branches where try evaluate(branch.test, activation).isTrue {
        return try execute(branch.body, activation)
      }
      return try execute(otherwise, activation)
    case .loop(let loop): return try execute(loop, activation)
    case .macro(let name, let macro):
      try reserve(elements: 4)
      capture(activation)
      store(.object(MacroObject(macro, in: activation)), in: name, activation)
    case .call(let call, let macro): try execute(call, macro, activation)
    case .generation(let macro): try generate(macro, activation)
    case .with(let bindings, let body, let frame):
      return try execute(bindings, body, frame, activation)
    case .filter(let filter, let body, let frame):
      return try filterBlock(filter, body, frame, activation)
    case .breakLoop: return .breaksLoop
    case .continueLoop: return .continuesLoop
    }
    return .onwards
  }

  private func write(
    _ expression: Expression, _ activation: Activation
  ) throws(TemplateError) {
    let value = try evaluate(expression, activation)
    here = expression.offset
    if case .text(let text) = value { return try emit(text) }
    try emit(try printed(value))
  }

  // MARK: Assignments

  private func checkNamespaces(
    _ target: Target, _ activation: Activation
  ) throws(TemplateError) {
    switch target {
    case .name: break
    case .attribute(let use, _, let offset):
      guard case .object(let object)? = stored(use, activation), object is NamespaceObject else {
        here = offset
        throw failure("\(Shown.text(use.name)) is no namespace, whose attributes can be assigned")
      }
    case .tuple(let targets, _):
      for each in targets { try checkNamespaces(each, activation) }
    }
  }

  func assign(
    _ value: Value, to target: Target, _ activation: Activation
  ) throws(TemplateError) {
    switch target {
    case .name(let use, _): store(value, in: use, activation)
    case .attribute(let use, let attribute, let offset):
      here = offset
      guard case .object(let object)? = stored(use, activation),
        let namespace = object as? NamespaceObject
      else { throw failure("\(Shown.text(use.name)) is no namespace") }
      try setAttribute(.text(attribute), to: value, of: namespace)
    case .tuple(let targets, let offset):
      here = offset
      guard let source = try iterator(over: value) else {
        throw failure("a \(value.typeName) cannot be taken apart")
      }
      var values: [Value] = []
      while values.count <= targets.count, let next = try source.next() { values.append(next) }
      guard values.count == targets.count else {
        throw failure(
          values.count > targets.count
            ? "more values than the \(targets.count) to assign to"
            : "\(values.count) values for \(targets.count) to assign to")
      }
      for (target, value) in zip(targets, values) { try assign(value, to: target, activation) }
    }
  }

  func setAttribute(
    _ name: Value, to value: Value, of namespace: NamespaceObject
  ) throws(TemplateError) {
    if case .text(let text) = name, text.bytes.first == UInt8(ascii: "_") {
      throw failure("an attribute of a namespace may not begin with an underscore")
    }
    try set(name, to: value, in: namespace.attributes)
  }

  private func assign(
    _ target: Target, _ filter: Expression?, _ body: [Statement], _ frame: Int,
    _ activation: Activation
  ) throws(TemplateError) -> Flow {
    enter(bindings.frames[frame], activation)
    var flow = Flow.onwards
    let text = try capturing { () throws(TemplateError) in
      flow = try execute(body, activation)
    }
    guard flow == .onwards else { return flow }
    var value = Value.text(text)
    if let filter { value = try apply(filter, to: value, activation) }
    try checkNamespaces(target, activation)
    try assign(value, to: target, activation)
    leave(bindings.frames[frame], activation)
    return .onwards
  }

  // MARK: Blocks

  private func filterBlock(
    _ filter: Expression, _ body: [Statement], _ frame: Int, _ activation: Activation
  ) throws(TemplateError) -> Flow {
    enter(bindings.frames[frame], activation)
    var flow = Flow.onwards
    let text = try capturing { () throws(TemplateError) in
      flow = try execute(body, activation)
    }
    guard flow == .onwards else { return flow }
    try emitText(try apply(filter, to: .text(text), activation), "filter")
    leave(bindings.frames[frame], activation)
    return .onwards
  }

  /// Emits what a filter or a call made of a block, which Jinja wants to be a text.
  func emitText(_ value: Value, _ block: String) throws(TemplateError) {
    guard case .text(let text) = value else {
      throw failure("the \(block) makes a \(value.typeName) of the block, not a text")
    }
    try emit(text)
  }

  private func execute(
    _ items: [(target: Target, value: Expression)], _ body: [Statement], _ frame: Int,
    _ activation: Activation
  ) throws(TemplateError) -> Flow {
    enter(bindings.frames[frame], activation)
    for item in items {
      try assign(try evaluate(item.value, activation), to: item.target, activation)
    }
    let flow = try execute(body, activation)
    guard flow == .onwards else { return flow }
    leave(bindings.frames[frame], activation)
    return flow
  }

  /// Renders the body in its place and notes where that is.
  private func generate(
    _ macro: Statement.Macro, _ activation: Activation
  ) throws(TemplateError) {
    here = macro.offset
    let start = output.count
    let frame = bindings.frames[macro.frame]
    let inner = try self.activation(slots: frame.slots ?? 0, parent: activation)
    if let caller = macro.caller {
      store(.undefined(Undefined(.name("caller"))), in: caller, inner)
    }
    if let rest = macro.rest { store(try tuple([]), in: rest, inner) }
    if let namedRest = macro.namedRest { store(.mapping(Mapping()), in: namedRest, inner) }
    enter(frame, inner)
    _ = try execute(macro.body, inner)
    if captures == 0 {
      generated.append(start..<output.count)
    } else {
      hasUnplacedGeneration = true
    }
  }
}
