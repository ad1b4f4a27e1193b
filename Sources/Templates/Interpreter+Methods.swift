/// Methods of values.
extension Interpreter {
  func call(
    _ method: MethodObject, _ arguments: CallArguments
  ) throws(TemplateError) -> Value {
    let name = method.name
    switch method.receiver {
    case .text(let text): return try call(name, of: text, arguments)
    case .list(let items), .tuple(let items):
      if name == "copy" { return method.receiver }
      return try find(name, in: items.values, arguments)
    case .mapping(let mapping): return try call(name, of: mapping, arguments)
    case .integer(let value):
      _ = try bind(name, [], arguments)
      switch name {
      case "bit_length": return .integer(Int.bitWidth - value.magnitude.leadingZeroBitCount)
      case "bit_count": return .integer(value.magnitude.nonzeroBitCount)
      default: return method.receiver
      }
    case .boolean(let value): return .integer(value ? 1 : 0)
    case .float(let value):
      _ = try bind(name, [], arguments)
      return name == "is_integer"
        ? .boolean(value.isFinite && value == value.rounded()) : method.receiver
    case .object(let object): return try call(name, of: object, arguments)
    case .none, .undefined: break
    }
    throw failure("the method \(Shown.text(name)) is not supported")
  }

  private func find(
    _ name: String, in values: [Value], _ arguments: CallArguments
  ) throws(TemplateError) -> Value {
    let given = try bind(name, ["value", "start", "stop"], arguments, required: 1)
    let wanted = given[0] ?? .none
    var count = 0
    let bounds = Bounds(start: given[1], stop: given[2], step: nil)
    let places: [Value] = values.indices.map { .integer($0) }
    let range = try slice(.list(Value.Items(values: places, depth: 1)), bounds)
    for case .integer(let index) in try collect(range) {
      try step()
      guard try isEqual(values[index], wanted) else { continue }
      if name == "index" { return .integer(index) }
      count += 1
    }
    if name == "index" { throw failure("the value is not in the list") }
    return .integer(count)
  }

  private func call(
    _ name: String, of mapping: Mapping, _ arguments: CallArguments
  ) throws(TemplateError) -> Value {
    switch name {
    case "get":
      let given = try bind(name, ["key", "default"], positional(arguments, name), required: 1)
      return mapping[try key(given[0] ?? .none)] ?? given[1] ?? .none
    case "fromkeys":
      let given = try bind(name, ["keys", "value"], arguments, required: 1)
      let made = Mapping()
      for each in try collect(given[0] ?? .none) {
        try set(each, to: given[1] ?? .none, in: made)
      }
      return .mapping(made)
    default:
      _ = try bind(name, [], arguments)
      if name == "copy" {
        let copy = Mapping()
        for (key, value) in zip(mapping.keys, mapping.values) { try set(key, to: value, in: copy) }
        return .mapping(copy)
      }
      return try object(MappingView(mapping, MappingView.Part(rawValue: name) ?? .keys))
    }
  }

  /// Arguments of a method that takes none by name.
  func positional(
    _ arguments: CallArguments, _ name: String
  ) throws(TemplateError) -> CallArguments {
    guard arguments.named.isEmpty else { throw failure("\(name) takes no arguments by name") }
    return arguments
  }

  private func call(
    _ name: String, of object: TemplateObject, _ arguments: CallArguments
  ) throws(TemplateError) -> Value {
    switch (object, name) {
    case (let loop as LoopObject, "cycle"):
      let items = try positional(arguments, name).positional
      guard !items.isEmpty else { throw failure("cycle needs something to go through") }
      return items[max(0, loop.index0) % items.count]
    case (let loop as LoopObject, "changed"):
      let values = try positional(arguments, name).positional
      if let last = loop.lastChanged, last.count == values.count {
        var isSame = true
        for (left, right) in zip(last, values) where isSame { isSame = try isEqual(left, right) }
        if isSame { return .boolean(false) }
      }
      try checkValueDepth((values.map(\.depth).max() ?? 0) + 1)
      loop.lastChanged = values
      return .boolean(true)
    case (let cycler as CyclerObject, "next"):
      defer { cycler.position = (cycler.position + 1) % cycler.items.count }
      return cycler.items[cycler.position]
    case (let cycler as CyclerObject, "reset"):
      cycler.position = 0
      return .none
    case (let range as RangeObject, _):
      return try find(name, in: try collect(.object(range)), arguments)
    default: throw failure("the method \(Shown.text(name)) is not supported")
    }
  }
}
