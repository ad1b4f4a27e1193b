/// A value with an identity: what is neither data nor changed by copying.
class TemplateObject {
  var typeName: String { "object" }
  var depth: Int { 0 }
  var isTrue: Bool { true }
}

/// `namespace()`: the one thing that a template can change.
final class NamespaceObject: TemplateObject {
  var attributes: Mapping

  init(_ attributes: Mapping) { self.attributes = attributes }

  override var typeName: String { "Namespace" }
}

/// `range()`.
final class RangeObject: TemplateObject {
  let start: Int
  let step: Int
  let count: Int
  /// As it was called, for printing.
  let stop: Int

  init(start: Int, stop: Int, step: Int, count: Int) {
    self.start = start
    self.stop = stop
    self.step = step
    self.count = count
  }

  override var typeName: String { "range" }
  override var isTrue: Bool { count > 0 }

  subscript(index: Int) -> Int { start + index * step }
}

/// What `keys()`, `values()` and `items()` of a mapping give.
final class MappingView: TemplateObject {
  enum Part: String { case keys, values, items }

  let mapping: Mapping
  let part: Part

  init(_ mapping: Mapping, _ part: Part) {
    self.mapping = mapping
    self.part = part
  }

  override var typeName: String { "dict_\(part.rawValue)" }
  override var depth: Int { mapping.depth + 1 }
  override var isTrue: Bool { mapping.count > 0 }
}

/// A method of a value, not yet called.
final class MethodObject: TemplateObject {
  let receiver: Value
  let name: String

  init(_ receiver: Value, _ name: String) {
    self.receiver = receiver
    self.name = name
  }

  override var typeName: String { "builtin_function_or_method" }
  override var depth: Int { receiver.depth + 1 }
}

/// A function that every template knows.
final class FunctionObject: TemplateObject {
  enum Name: String, CaseIterable {
    case range, dict, namespace, cycler, joiner
    case raiseException = "raise_exception"
    case strftimeNow = "strftime_now"
  }

  let name: Name

  init(_ name: Name) { self.name = name }

  override var typeName: String { "function" }
}

/// `cycler()`.
final class CyclerObject: TemplateObject {
  let items: [Value]
  var position = 0
  private let itemDepth: Int

  init(_ items: [Value]) {
    self.items = items
    itemDepth = items.map(\.depth).max() ?? 0
  }

  override var typeName: String { "Cycler" }
  override var depth: Int { itemDepth + 1 }
}

/// `joiner()`: nothing at its first call, the separator afterwards.
final class JoinerObject: TemplateObject {
  let separator: Value
  var wasUsed = false

  init(_ separator: Value) { self.separator = separator }

  override var typeName: String { "Joiner" }
  override var depth: Int { separator.depth + 1 }
}

/// A macro, or what `caller` is.
final class MacroObject: TemplateObject {
  let definition: Statement.Macro
  /// Where it was defined.
  let scope: Activation

  init(_ definition: Statement.Macro, in scope: Activation) {
    self.definition = definition
    self.scope = scope
  }

  override var typeName: String { "Macro" }
}

/// The slots of one call of a function; see ``Bindings``.
final class Activation {
  /// Nil where nothing is assigned yet.
  var slots: [Value?]
  let parent: Activation?
  /// Whether something that outlives the call refers to it.
  var isCaptured = false

  init(slots count: Int, parent: Activation?) {
    slots = Array(repeating: nil, count: count)
    self.parent = parent
  }

  func at(_ hops: Int) -> Activation {
    var activation = self
    for _ in 0..<hops {
      guard let parent = activation.parent else { break }
      activation = parent
    }
    return activation
  }
}
