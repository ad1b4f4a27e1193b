/// A value while a template is rendered, with the types and the meaning that Python gives them.
///
/// Lists and mappings never change: the sandbox of the chat templates refuses every method that
/// would change one.
enum Value {
  case none
  case boolean(Bool)
  case integer(Int)
  case float(Double)
  case text(Text)
  case list(Items)
  case tuple(Items)
  case mapping(Mapping)
  case undefined(Undefined)
  case object(TemplateObject)

  /// The elements of a list or a tuple.
  struct Items {
    let values: [Value]
    /// How deep lists and mappings lie in it.
    let depth: Int
  }

  static func text(_ string: String) -> Value { .text(Text(string)) }

  /// How deep values lie within each other here, so that no chain of them grows without end.
  var depth: Int {
    switch self {
    case .none, .boolean, .integer, .float, .text, .undefined: 0
    case .list(let items), .tuple(let items): items.depth
    case .mapping(let mapping): mapping.depth
    case .object(let object): object.depth
    }
  }

  var isTrue: Bool {
    switch self {
    case .none, .undefined: false
    case .boolean(let value): value
    case .integer(let value): value != 0
    case .float(let value): value != 0
    case .text(let text): !text.bytes.isEmpty
    case .list(let items), .tuple(let items): !items.values.isEmpty
    case .mapping(let mapping): mapping.count > 0
    case .object(let object): object.isTrue
    }
  }

  var isUndefined: Bool { if case .undefined = self { true } else { false } }

  /// What Python calls the type.
  var typeName: String {
    switch self {
    case .none: "NoneType"
    case .boolean: "bool"
    case .integer: "int"
    case .float: "float"
    case .text(let text): text.isMarkup ? "Markup" : "str"
    case .list: "list"
    case .tuple: "tuple"
    case .mapping: "dict"
    case .undefined: "Undefined"
    case .object(let object): object.typeName
    }
  }
}

/// A name, an attribute or an element that is not there: it prints nothing, is empty and false, and
/// refuses everything else.
final class Undefined: Sendable {
  enum Reason: Sendable {
    case name(String)
    case attribute(Text, of: String)
    case element(of: String)
    case other(String)
  }

  let reason: Reason

  init(_ reason: Reason) { self.reason = reason }

  var message: String {
    switch reason {
    case .name(let name): "\(Shown.text(name)) is undefined"
    case .attribute(let name, let type): "\(type) has no attribute \(Shown.text(name.string))"
    case .element(let type): "\(type) has no such element"
    case .other(let message): message
    }
  }
}
