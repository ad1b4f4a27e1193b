import Foundation

/// A number of Python, whose booleans are numbers too.
enum Number {
  case integer(Int)
  case float(Double)

  var double: Double {
    switch self {
    case .integer(let value): Double(value)
    case .float(let value): value
    }
  }

  init?(_ value: Value) {
    switch value {
    case .boolean(let value): self = .integer(value ? 1 : 0)
    case .integer(let value): self = .integer(value)
    case .float(let value): self = .float(value)
    default: return nil
    }
  }
}

extension Interpreter {
  private var overflow: TemplateError { failure("a whole number beyond 64 bits") }

  func unary(_ sign: UnaryOperator, _ value: Value) throws(TemplateError) -> Value {
    if case .undefined(let undefined) = value { throw failure(undefined.message) }
    switch Number(value) {
    case .integer(let number)?:
      guard sign == .minus else { return .integer(number) }
      let (result, isTooLarge) = (0).subtractingReportingOverflow(number)
      if isTooLarge { throw overflow }
      return .integer(result)
    case .float(let number)?: return .float(sign == .minus ? -number : number)
    case nil: throw failure("a \(value.typeName) has no sign")
    }
  }

  func binary(
    _ operation: BinaryOperator, _ left: Value, _ right: Value
  ) throws(TemplateError) -> Value {
    if case .modulo = operation, case .text(let format) = left {
      return try text(try percentFormat(format, right))
    }
    for case .undefined(let undefined) in [left, right] { throw failure(undefined.message) }
    if let left = Number(left), let right = Number(right) {
      return try arithmetic(operation, left, right)
    }
    switch operation {
    case .add: if let sum = try joined(left, right) { return sum }
    case .multiply:
      if case .integer(let count)? = Number(right), let product = try repeated(left, count) {
        return product
      }
      if case .integer(let count)? = Number(left), let product = try repeated(right, count) {
        return product
      }
    default: break
    }
    throw failure(
      "\(operation.rawValue) is not for a \(left.typeName) and a \(right.typeName)")
  }

  private func joined(_ left: Value, _ right: Value) throws(TemplateError) -> Value? {
    switch (left, right) {
    case (.text(let left), .text(let right)):
      let isMarkup = left.isMarkup || right.isMarkup
      let parts = isMarkup ? (try escaped(left), try escaped(right)) : (left, right)
      try reserve(parts.0.bytes.count + parts.1.bytes.count)
      return .text(Text(bytes: parts.0.bytes + parts.1.bytes, isMarkup: isMarkup))
    case (.list(let left), .list(let right)): return try list(left.values + right.values)
    case (.tuple(let left), .tuple(let right)): return try tuple(left.values + right.values)
    default: return nil
    }
  }

  private func repeated(_ value: Value, _ count: Int) throws(TemplateError) -> Value? {
    let count = max(0, count)
    switch value {
    case .text(let text):
      let (bytes, isTooLarge) = text.bytes.count.multipliedReportingOverflow(by: count)
      try reserve(isTooLarge ? Int.max : bytes)
      var result: [UInt8] = []
      result.reserveCapacity(bytes)
      if !text.bytes.isEmpty { for _ in 0..<count { result += text.bytes } }
      return .text(Text(bytes: result, isMarkup: text.isMarkup))
    case .list(let items): return .list(try repeated(items, count))
    case .tuple(let items): return .tuple(try repeated(items, count))
    default: return nil
    }
  }

  private func repeated(_ items: Value.Items, _ count: Int) throws(TemplateError) -> Value.Items {
    let (elements, isTooLarge) = items.values.count.multipliedReportingOverflow(by: count)
    try reserve(elements: isTooLarge ? Int.max : elements)
    var values: [Value] = []
    if !items.values.isEmpty { for _ in 0..<count { values += items.values } }
    return Value.Items(values: values, depth: items.depth)
  }

  // MARK: Numbers

  private func arithmetic(
    _ operation: BinaryOperator, _ left: Number, _ right: Number
  ) throws(TemplateError) -> Value {
    if case .integer(let left) = left, case .integer(let right) = right {
      return try arithmetic(operation, left, right)
    }
    let (first, second) = (left.double, right.double)
    switch operation {
    case .add: return .float(first + second)
    case .subtract: return .float(first - second)
    case .multiply: return .float(first * second)
    case .power: return .float(try power(first, second))
    case .divide, .floorDivide, .modulo:
      guard second != 0 else { throw failure("division by zero") }
      if operation == .divide { return .float(first / second) }
      let (quotient, remainder) = floorDivision(first, second)
      return .float(operation == .modulo ? remainder : quotient)
    }
  }

  private func arithmetic(
    _ operation: BinaryOperator, _ left: Int, _ right: Int
  ) throws(TemplateError) -> Value {
    let result: (partialValue: Int, overflow: Bool)
    switch operation {
    case .add: result = left.addingReportingOverflow(right)
    case .subtract: result = left.subtractingReportingOverflow(right)
    case .multiply: result = left.multipliedReportingOverflow(by: right)
    case .power:
      guard right >= 0 else {
        guard left != 0 else { throw failure("division by zero") }
        return .float(try power(Double(left), Double(right)))
      }
      return .integer(try power(left, right))
    case .divide, .floorDivide, .modulo:
      guard right != 0 else { throw failure("division by zero") }
      if operation == .divide { return .float(Double(left) / Double(right)) }
      let (quotient, isTooLarge) = left.dividedReportingOverflow(by: right)
      if isTooLarge {
        guard operation == .modulo else { throw overflow }
        return .integer(0)
      }
      let remainder = left - quotient * right
      let isBelow = remainder != 0 && (remainder < 0) != (right < 0)
      if operation == .modulo { return .integer(isBelow ? remainder + right : remainder) }
      return .integer(isBelow ? quotient - 1 : quotient)
    }
    if result.overflow { throw overflow }
    return .integer(result.partialValue)
  }

  private func power(_ base: Int, _ exponent: Int) throws(TemplateError) -> Int {
    if base == 0 || base == 1 { return exponent == 0 ? 1 : base }
    if base == -1 { return exponent % 2 == 0 ? 1 : -1 }
    guard exponent < 64 else { throw overflow }
    var result = 1
    for _ in 0..<exponent {
      let (next, isTooLarge) = result.multipliedReportingOverflow(by: base)
      if isTooLarge { throw overflow }
      result = next
    }
    return result
  }

  private func power(_ base: Double, _ exponent: Double) throws(TemplateError) -> Double {
    if base == 0, exponent < 0 { throw failure("division by zero") }
    if base < 0, base.isFinite, exponent.isFinite, exponent != exponent.rounded() {
      throw failure("a root of a negative number")
    }
    let result = pow(base, exponent)
    if result.isInfinite, base.isFinite, exponent.isFinite {
      throw failure("a power that is too large")
    }
    return result
  }

  private func floorDivision(_ left: Double, _ right: Double) -> (Double, Double) {
    var remainder = fmod(left, right)
    var quotient = (left - remainder) / right
    if remainder != 0 {
      if (right < 0) != (remainder < 0) {
        remainder += right
        quotient -= 1
      }
    } else {
      remainder = copysign(0, right)
    }
    guard quotient != 0 else { return (copysign(0, left / right), remainder) }
    let whole = quotient.rounded(.down)
    return (quotient - whole > 0.5 ? whole + 1 : whole, remainder)
  }
}
