/// Arguments of a call, evaluated.
struct CallArguments {
  var positional: [Value] = []
  var named: [(name: String, value: Value)] = []
}

extension Interpreter {
  func arguments(
    _ arguments: Arguments, _ activation: Activation
  ) throws(TemplateError) -> CallArguments {
    var values = CallArguments()
    for each in arguments.positional { values.positional.append(try evaluate(each, activation)) }
    for each in arguments.named {
      values.named.append((each.name, try evaluate(each.value, activation)))
    }
    if let spread = arguments.spread {
      values.positional += try collect(try evaluate(spread, activation))
    }
    if let namedSpread = arguments.namedSpread {
      guard case .mapping(let mapping) = try evaluate(namedSpread, activation) else {
        throw failure("what stands behind ** must be a mapping")
      }
      for (key, value) in zip(mapping.keys, mapping.values) {
        guard case .text(let name) = key else { throw failure("names of arguments must be texts") }
        guard !values.named.contains(where: { Text($0.name) == name }) else {
          throw failure("the argument \(Shown.text(name.string)) is given twice")
        }
        values.named.append((name.string, value))
      }
    }
    return values
  }

  func call(_ macro: MacroObject, _ arguments: CallArguments) throws(TemplateError) -> Value {
    try descend()
    defer { ascend() }
    let definition = macro.definition
    let frame = bindings.frames[definition.frame]
    let activation = try self.activation(slots: frame.slots ?? 0, parent: macro.scope)
    var named = arguments.named
    func take(_ name: String) -> Value? {
      guard let index = named.firstIndex(where: { $0.name == name }) else { return nil }
      return named.remove(at: index).value
    }
    let parameters = definition.parameters
    var values: [Value?] = arguments.positional.prefix(parameters.count).map { $0 }
    for parameter in parameters.dropFirst(values.count) { values.append(take(parameter.name)) }
    if let caller = definition.caller {
      store(take("caller") ?? .undefined(Undefined(.other("no caller"))), in: caller, activation)
    }
    let rest = Array(arguments.positional.dropFirst(parameters.count))
    try takeRest(definition, rest, named, activation)
    enter(frame, activation)
    for (parameter, value) in zip(parameters, values) where value != nil {
      if let value { store(value, in: parameter, activation) }
    }
    for (index, parameter) in parameters.enumerated() where values[index] == nil {
      let place = index - (parameters.count - definition.defaults.count)
      let value =
        place >= 0
        ? try evaluate(definition.defaults[place], activation)
        : .undefined(Undefined(.name(parameter.name)))
      store(value, in: parameter, activation)
    }
    return .text(
      try capturing { () throws(TemplateError) in
        _ = try execute(definition.body, activation)
      })
  }

  private func takeRest(
    _ definition: Statement.Macro, _ rest: [Value], _ named: [(name: String, value: Value)],
    _ activation: Activation
  ) throws(TemplateError) {
    let name = definition.name.map { "the macro \(Shown.text($0))" } ?? "the caller"
    if let use = definition.namedRest {
      let mapping = Mapping()
      for each in named { try set(.text(each.name), to: each.value, in: mapping) }
      store(.mapping(mapping), in: use, activation)
    } else if let first = named.first {
      throw failure("\(name) has no parameter \(Shown.text(first.name))")
    }
    if let use = definition.rest {
      store(try tuple(rest), in: use, activation)
    } else if !rest.isEmpty {
      throw failure("\(name) takes no more than \(definition.parameters.count) arguments")
    }
  }

  func execute(
    _ call: Expression, _ macro: Statement.Macro, _ activation: Activation
  ) throws(TemplateError) {
    guard case .call(let function, let given) = call.kind else { return }
    try reserve(elements: 4)
    capture(activation)
    let callee = try evaluate(function, activation)
    var values = try arguments(given, activation)
    guard !values.named.contains(where: { $0.name == "caller" }) else {
      throw failure("the argument \"caller\" is given twice")
    }
    values.named.append(("caller", .object(MacroObject(macro, in: activation))))
    here = call.offset
    try emitText(try self.call(callee, values), "call")
  }
}
