extension Interpreter {
  func execute(
    _ loop: Statement.Loop, _ activation: Activation
  ) throws(TemplateError) -> Flow {
    let iterable = try evaluate(loop.iterable, activation)
    here = loop.iterable.offset
    guard loop.isRecursive else {
      return try run(loop, over: iterable, activation, outer: activation)
    }
    capture(activation)
    let text = try capturing { () throws(TemplateError) in
      try recurse(loop, over: iterable, depth: 0, outer: activation)
    }
    try emit(text)
    return .onwards
  }

  /// One level of a recursive loop, whose text is gathered.
  private func recurse(
    _ loop: Statement.Loop, over iterable: Value, depth: Int, outer: Activation
  ) throws(TemplateError) {
    let frame = bindings.frames[loop.frame]
    let activation = try self.activation(slots: frame.slots ?? 0, parent: outer)
    _ = try run(loop, over: iterable, activation, outer: outer, depth: depth)
  }

  /// - Parameters:
  ///   - activation: Of the function in which the body stands.
  ///   - outer: Of the function in which the loop stands.
  private func run(
    _ loop: Statement.Loop, over iterable: Value, _ activation: Activation, outer: Activation,
    depth: Int = 0
  ) throws(TemplateError) -> Flow {
    try descend()
    defer { ascend() }
    guard let elements = try iterator(over: iterable) else {
      throw failure("a \(iterable.typeName) cannot be gone through")
    }
    let source = try loop.test.map { test throws(TemplateError) in
      try filtered(elements, by: test, loop.testFrame, outer)
    }
    try reserve(elements: 8)
    let object = LoopObject(
      source ?? elements, count: loop.test == nil ? count(of: iterable) : nil, depth0: depth,
      recurse: loop.isRecursive
        ? { [unowned self] iterable, depth throws(TemplateError) in
          .text(
            try capturing { () throws(TemplateError) in
              try recurse(loop, over: iterable, depth: depth, outer: outer)
            })
        } : nil)
    try checkValueDepth(object.depth)
    let frame = bindings.frames[loop.frame]
    var wasEmpty = true
    while true {
      here = loop.offset
      try step()
      guard let value = try object.next() else { break }
      store(.object(object), in: loop.loop, activation)
      try assign(value, to: loop.target, activation)
      enter(frame, activation)
      let flow = try execute(loop.body, activation)
      if flow == .breaksLoop { break }
      // As in Jinja, a turn that ends early does not count.
      if flow == .onwards { wasEmpty = false }
    }
    leave(frame, activation)
    if wasEmpty, !loop.otherwise.isEmpty {
      let frame = bindings.frames[loop.otherwiseFrame]
      enter(frame, activation)
      let flow = try execute(loop.otherwise, activation)
      leave(frame, activation)
      return flow
    }
    return .onwards
  }

  /// The elements for which the condition behind the loop's `if` holds.
  private func filtered(
    _ elements: ValueIterator, by test: (target: Target, condition: Expression), _ frame: Int,
    _ outer: Activation
  ) throws(TemplateError) -> ValueIterator {
    let frame = bindings.frames[frame]
    let activation = try self.activation(slots: frame.slots ?? 0, parent: outer)
    capture(activation)
    var isEntered = false
    return try iterator(depth: elements.depth) { [unowned self] () throws(TemplateError) in
      if !isEntered { enter(frame, activation) }
      isEntered = true
      while let value = try elements.next() {
        try step()
        try assign(value, to: test.target, activation)
        if try evaluate(test.condition, activation).isTrue {
          return try gathered(test.target, value, activation)
        }
      }
      return nil
    }
  }

  /// What the loop is given: taken apart, a value has become a tuple.
  private func gathered(
    _ target: Target, _ value: Value, _ activation: Activation
  ) throws(TemplateError) -> Value {
    switch target {
    case .name(let use, _): return stored(use, activation) ?? .none
    case .attribute: return value
    case .tuple(let targets, _):
      var values: [Value] = []
      for each in targets { values.append(try gathered(each, .none, activation)) }
      return try tuple(values)
    }
  }
}
