extension Interpreter {
  func evaluate(
    _ expression: Expression, _ activation: Activation
  ) throws(TemplateError) -> Value {
    try step()
    switch expression.kind {
    case .none: return .none
    case .boolean(let value): return .boolean(value)
    case .integer(let value): return .integer(value)
    case .float(let value): return .float(value)
    case .text(let text): return .text(text)
    case .name(let use):
      return stored(use, activation) ?? .undefined(Undefined(.name(use.name)))
    default:
      try descend()
      defer { ascend() }
      return try evaluateParts(expression, activation)
    }
  }

  private func evaluateParts(
    _ expression: Expression, _ activation: Activation
  ) throws(TemplateError) -> Value {
    let offset = expression.offset
    switch expression.kind {
    case .attribute(let value, let name):
      let value = try evaluate(value, activation)
      here = offset
      return try attribute(name, of: value)
    case .item(let value, let key): return try item(value, key, offset, activation)
    case .compare(let first, let others): return try compare(first, others, offset, activation)
    case .binary(let operation, let left, let right):
      return try binary(operation, left, right, offset, activation)
    case .and(let left, let right):
      let value = try evaluate(left, activation)
      return value.isTrue ? try evaluate(right, activation) : value
    case .or(let left, let right):
      let value = try evaluate(left, activation)
      return value.isTrue ? value : try evaluate(right, activation)
    case .not(let operand): return .boolean(!(try evaluate(operand, activation).isTrue))
    case .call(let function, let given): return try call(function, given, offset, activation)
    case .filter(let value, _, _):
      guard let value else { throw failure("a filter without a value") }
      return try apply(expression, to: nil, value, activation)
    case .test(let value, let name, let given):
      return try test(value, name, given, offset, activation)
    case .conditional(let value, let test, let otherwise):
      if try evaluate(test, activation).isTrue { return try evaluate(value, activation) }
      guard let otherwise else {
        return .undefined(Undefined(.other("the condition does not hold and there is no else")))
      }
      return try evaluate(otherwise, activation)
    default: return try evaluateOthers(expression, activation)
    }
  }

  private func evaluateOthers(
    _ expression: Expression, _ activation: Activation
  ) throws(TemplateError) -> Value {
    let offset = expression.offset
    switch expression.kind {
    case .list(let items): return .list(try values(items, offset, activation))
    case .tuple(let items): return .tuple(try values(items, offset, activation))
    case .mapping(let keys, let values): return try mapping(keys, values, offset, activation)
    case .concatenation(let parts): return try concatenate(parts, offset, activation)
    case .unary(let sign, let operand):
      let value = try evaluate(operand, activation)
      here = offset
      return try unary(sign, value)
    case .slice(let value, let start, let stop, let step):
      let value = try evaluate(value, activation)
      let bounds = Bounds(
        start: try start.map { each throws(TemplateError) in try evaluate(each, activation) },
        stop: try stop.map { each throws(TemplateError) in try evaluate(each, activation) },
        step: try step.map { each throws(TemplateError) in try evaluate(each, activation) })
      here = offset
      return try slice(value, bounds)
    default: throw failure("an expression that cannot be evaluated")
    }
  }

  private func values(
    _ expressions: [Expression], _ offset: Int, _ activation: Activation
  ) throws(TemplateError) -> Value.Items {
    var values: [Value] = []
    for each in expressions { values.append(try evaluate(each, activation)) }
    here = offset
    return try items(values)
  }

  private func mapping(
    _ keys: [Expression], _ values: [Expression], _ offset: Int, _ activation: Activation
  ) throws(TemplateError) -> Value {
    let mapping = Mapping()
    for (key, value) in zip(keys, values) {
      let key = try evaluate(key, activation)
      let value = try evaluate(value, activation)
      here = offset
      try set(key, to: value, in: mapping)
    }
    return .mapping(mapping)
  }

  private func concatenate(
    _ parts: [Expression], _ offset: Int, _ activation: Activation
  ) throws(TemplateError) -> Value {
    var values: [Value] = []
    for part in parts { values.append(try evaluate(part, activation)) }
    here = offset
    var joined: [UInt8] = []
    for value in values {
      let text = try printed(value)
      try allow(joined.count + text.bytes.count)
      joined += text.bytes
    }
    return try text(Text(bytes: joined))
  }

  private func item(
    _ value: Expression, _ key: Expression, _ offset: Int, _ activation: Activation
  ) throws(TemplateError) -> Value {
    let value = try evaluate(value, activation)
    let key = try evaluate(key, activation)
    here = offset
    return try item(key, of: value)
  }

  private func binary(
    _ operation: BinaryOperator, _ left: Expression, _ right: Expression, _ offset: Int,
    _ activation: Activation
  ) throws(TemplateError) -> Value {
    let left = try evaluate(left, activation)
    let right = try evaluate(right, activation)
    here = offset
    return try binary(operation, left, right)
  }

  private func compare(
    _ first: Expression, _ others: [(Comparison, Expression)], _ offset: Int,
    _ activation: Activation
  ) throws(TemplateError) -> Value {
    var left = try evaluate(first, activation)
    for (comparison, expression) in others {
      let right = try evaluate(expression, activation)
      here = offset
      guard try compare(left, comparison, right) else { return .boolean(false) }
      left = right
    }
    return .boolean(true)
  }

  private func call(
    _ function: Expression, _ given: Arguments, _ offset: Int, _ activation: Activation
  ) throws(TemplateError) -> Value {
    let callee = try evaluate(function, activation)
    let values = try arguments(given, activation)
    here = offset
    return try call(callee, values)
  }

  private func test(
    _ value: Expression, _ name: String, _ given: Arguments, _ offset: Int,
    _ activation: Activation
  ) throws(TemplateError) -> Value {
    let value = try evaluate(value, activation)
    let values = try arguments(given, activation)
    here = offset
    guard let test = TestName(rawValue: name) else {
      throw failure("unknown test \(Shown.text(name))")
    }
    return .boolean(try holds(test, value, values))
  }

  /// The filters of an expression on `given`, which stands where the innermost of them has none.
  func apply(
    _ filter: Expression, to given: Value, _ activation: Activation
  ) throws(TemplateError) -> Value {
    guard case .filter(let inner, _, _) = filter.kind else {
      return try evaluate(filter, activation)
    }
    return try apply(filter, to: given, inner, activation)
  }

  private func apply(
    _ filter: Expression, to given: Value?, _ inner: Expression?, _ activation: Activation
  ) throws(TemplateError) -> Value {
    guard case .filter(_, let name, let arguments) = filter.kind else {
      return try evaluate(filter, activation)
    }
    try step()
    let value: Value
    if let given {
      value =
        try inner.map { each throws(TemplateError) in
          try apply(each, to: given, activation)
        } ?? given
    } else if let inner {
      value = try evaluate(inner, activation)
    } else {
      value = .none
    }
    let values = try self.arguments(arguments, activation)
    here = filter.offset
    guard let filter = FilterName(rawValue: name) else {
      throw failure("unknown filter \(Shown.text(name))")
    }
    return try self.filter(filter, value, values)
  }
}
