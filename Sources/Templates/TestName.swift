/// The tests behind `is`.
enum TestName: String, CaseIterable, Sendable {
  case boolean, callable, defined, divisibleby, escaped, even, `false`, filter, float, integer
  case iterable, lower, mapping, none, number, odd, sameas, sequence, string, test, `true`
  case undefined, upper
  case `in`
  case eq, equalto
  case equal = "=="
  case ne
  case unequal = "!="
  case gt, greaterthan
  case greater = ">"
  case ge
  case greaterOrEqual = ">="
  case lt, lessthan
  case less = "<"
  case le
  case lessOrEqual = "<="

  /// The comparison that it stands for.
  var comparison: Comparison? {
    switch self {
    case .eq, .equalto, .equal: .equal
    case .ne, .unequal: .unequal
    case .gt, .greaterthan, .greater: .greater
    case .ge, .greaterOrEqual: .greaterOrEqual
    case .lt, .lessthan, .less: .less
    case .le, .lessOrEqual: .lessOrEqual
    case .in: .isIn
    default: nil
    }
  }
}

extension Interpreter {
  func holds(
    _ test: TestName, _ value: Value, _ arguments: CallArguments
  ) throws(TemplateError) -> Bool {
    if let comparison = test.comparison {
      return try compare(value, comparison, try argument(test, ["other"], arguments))
    }
    switch test {
    case .divisibleby:
      let divisor = try argument(test, ["num"], arguments)
      let rest = try binary(.modulo, value, divisor)
      return try isEqual(rest, .integer(0))
    case .sameas:
      return try isSame(value, try argument(test, ["other"], arguments))
    default:
      guard arguments.positional.isEmpty, arguments.named.isEmpty else {
        throw failure("the test \"\(test.rawValue)\" takes nothing")
      }
      return try holds(test, value)
    }
  }

  private func argument(
    _ test: TestName, _ names: [String], _ arguments: CallArguments
  ) throws(TemplateError) -> Value {
    try bind("the test \"\(test.rawValue)\"", names, arguments, required: 1)[0] ?? .none
  }

  private func holds(_ test: TestName, _ value: Value) throws(TemplateError) -> Bool {
    switch (test, value) {
    case (.defined, _): return !value.isUndefined
    case (.undefined, _): return value.isUndefined
    case (.none, .none), (.boolean, .boolean), (.integer, .integer), (.float, .float),
      (.string, .text), (.mapping, .mapping):
      return true
    case (.true, .boolean(let value)): return value
    case (.false, .boolean(let value)): return !value
    case (.number, _): return Number(value) != nil
    case (.odd, _): return try isEqual(try binary(.modulo, value, .integer(2)), .integer(1))
    case (.even, _): return try isEqual(try binary(.modulo, value, .integer(2)), .integer(0))
    case (.lower, _): return (try printed(value)).isCased(Characters.isLowercase)
    case (.upper, _): return (try printed(value)).isCased(Characters.isUppercase)
    case (.sequence, .object(let object)): return object is RangeObject
    case (.sequence, _): return count(of: value) != nil
    case (.iterable, _): return try iterator(over: value) != nil
    case (.callable, .object(let object)):
      return object is MacroObject || object is MethodObject || object is FunctionObject
        || object is JoinerObject || object is LoopObject
    case (.callable, .undefined): return true
    case (.escaped, .text(let text)): return text.isMarkup
    case (.filter, _): return try isName(value) { FilterName(rawValue: $0) != nil }
    case (.test, _): return try isName(value) { TestName(rawValue: $0) != nil }
    default: return false
    }
  }

  private func isName(_ value: Value, _ exists: (String) -> Bool) throws(TemplateError) -> Bool {
    _ = try key(value)
    guard case .text(let name) = value else { return false }
    return exists(name.string)
  }

  /// Whether two values are the same object to Python, which shares small numbers and short texts.
  private func isSame(_ left: Value, _ right: Value) throws(TemplateError) -> Bool {
    switch (left, right) {
    case (.none, .none): true
    case (.boolean(let left), .boolean(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.float(let left), .float(let right)): left == right
    case (.text(let left), .text(let right)): left == right && left.isMarkup == right.isMarkup
    case (.mapping(let left), .mapping(let right)): left === right
    case (.object(let left), .object(let right)): left === right
    default: false
    }
  }
}
