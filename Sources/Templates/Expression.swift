/// An expression of a template. Names carry a number, by which ``Bindings`` says where their values
/// lie.
struct Expression: Sendable {
  indirect enum Kind: Sendable {
    case none
    case boolean(Bool)
    case integer(Int)
    case float(Double)
    case text(Text)
    case name(NameUse)
    case tuple([Expression])
    case list([Expression])
    case mapping(keys: [Expression], values: [Expression])
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression)
    case and(Expression, Expression)
    case or(Expression, Expression)
    case not(Expression)
    case compare(Expression, [(Comparison, Expression)])
    case concatenation([Expression])
    case conditional(Expression, test: Expression, otherwise: Expression?)
    case attribute(Expression, Text)
    case item(Expression, Expression)
    case slice(Expression, start: Expression?, stop: Expression?, step: Expression?)
    case call(Expression, Arguments)
    /// What is filtered is nil in a filter block.
    case filter(Expression?, name: String, Arguments)
    case test(Expression, name: String, Arguments)
  }

  let kind: Kind
  let offset: Int
  /// How many expressions lie within each other here.
  let depth: Int
}

/// One use of a name.
struct NameUse: Sendable {
  let name: String
  let number: Int
}

enum UnaryOperator: Sendable { case plus, minus }

enum BinaryOperator: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case floorDivide = "//"
  case modulo = "%"
  case power = "**"
}

enum Comparison: String, Sendable {
  case equal = "=="
  case unequal = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case isIn = "in"
  case isNotIn = "not in"
}

/// What stands between the parentheses of a call.
struct Arguments: Sendable {
  var positional: [Expression] = []
  var named: [(name: String, value: Expression)] = []
  /// `*list` and `**mapping`.
  var spread: Expression?
  var namedSpread: Expression?

  var all: [Expression] {
    positional + named.map(\.value) + [spread, namedSpread].compactMap { $0 }
  }
}

extension Expression {
  /// The expressions directly within this one, in the order of the source.
  var children: [Expression] {
    switch kind {
    case .none, .boolean, .integer, .float, .text, .name: []
    case .tuple(let items), .list(let items), .concatenation(let items): items
    case .mapping(let keys, let values): zip(keys, values).flatMap { [$0, $1] }
    case .unary(_, let operand), .not(let operand), .attribute(let operand, _): [operand]
    case .binary(_, let left, let right), .and(let left, let right), .or(let left, let right),
      .item(let left, let right):
      [left, right]
    case .compare(let first, let others): [first] + others.map(\.1)
    case .conditional(let value, let test, let otherwise):
      [test, value] + (otherwise.map { [$0] } ?? [])
    case .slice(let value, let start, let stop, let step):
      [value] + [start, stop, step].compactMap { $0 }
    case .call(let function, let arguments): [function] + arguments.all
    case .filter(let value, _, let arguments): (value.map { [$0] } ?? []) + arguments.all
    case .test(let value, _, let arguments): [value] + arguments.all
    }
  }

  /// The uses of names within, in the order of the source.
  func forEachName(_ body: (NameUse) -> Void) {
    if case .name(let use) = kind { body(use) }
    for child in children { child.forEachName(body) }
  }
}
