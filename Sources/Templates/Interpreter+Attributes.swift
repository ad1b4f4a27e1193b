/// Attributes and elements, which Jinja mixes: `a.b` looks for the attribute first and then for the
/// element, `a["b"]` the other way round.
extension Interpreter {
  private static let textMethods: Set<String> = [
    "capitalize", "casefold", "center", "count", "encode", "endswith", "expandtabs", "find",
    "format", "format_map", "index", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit",
    "isidentifier", "islower", "isnumeric", "isprintable", "isspace", "istitle", "isupper", "join",
    "ljust", "lower", "lstrip", "maketrans", "partition", "removeprefix", "removesuffix", "replace",
    "rfind", "rindex", "rjust", "rpartition", "rsplit", "rstrip", "split", "splitlines",
    "startswith", "strip", "swapcase", "title", "translate", "upper", "zfill",
  ]
  private static let listMethods: Set<String> = ["copy", "count", "index"]
  private static let listChanges: Set<String> = [
    "append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort",
  ]
  private static let mappingMethods: Set<String> = [
    "copy", "fromkeys", "get", "items", "keys", "values",
  ]
  private static let mappingChanges: Set<String> = [
    "clear", "pop", "popitem", "setdefault", "update",
  ]
  /// What every object of Python has; the sandbox refuses it.
  private static let internals: Set<String> = [
    "__class__", "__delattr__", "__dir__", "__doc__", "__eq__", "__format__", "__ge__",
    "__getattribute__", "__getstate__", "__gt__", "__hash__", "__init__", "__init_subclass__",
    "__le__", "__lt__", "__ne__", "__new__", "__reduce__", "__reduce_ex__", "__repr__",
    "__setattr__", "__sizeof__", "__str__", "__subclasshook__",
  ]

  func attribute(_ name: Text, of value: Value) throws(TemplateError) -> Value {
    if case .undefined(let undefined) = value {
      if Interpreter.internals.contains(name.string) { return unsafe(name.string, value) }
      throw failure(undefined.message)
    }
    if let found = try ownAttribute(name.string, of: value) { return found }
    if case .mapping(let mapping) = value, let found = mapping[name] { return found }
    return .undefined(Undefined(.attribute(name, of: value.typeName)))
  }

  func item(_ key: Value, of value: Value) throws(TemplateError) -> Value {
    if case .undefined(let undefined) = value { throw failure(undefined.message) }
    if let found = try element(key, of: value) { return found }
    guard case .text(let name) = key else {
      return .undefined(Undefined(.element(of: value.typeName)))
    }
    return try ownAttribute(name.string, of: value)
      ?? .undefined(Undefined(.attribute(name, of: value.typeName)))
  }

  /// The element under a key, where the value has elements.
  func element(_ key: Value, of value: Value) throws(TemplateError) -> Value? {
    switch value {
    case .mapping(let mapping):
      if case .text(let text) = key { try work(text.bytes.count) }
      return Mapping.Key(key).flatMap { mapping[$0] }
    case .list(let items), .tuple(let items):
      return index(key, items.values.count).map { items.values[$0] }
    case .text(let text):
      guard case .integer? = Number(key) else { return nil }
      try work(text.bytes.count)
      guard let place = index(key, text.count) else { return nil }
      var offset = 0
      for _ in 0..<place { offset += Text.width(text.bytes[offset]) }
      return .text(text[offset..<offset + Text.width(text.bytes[offset])])
    case .object(let object):
      guard let range = object as? RangeObject else { return nil }
      return index(key, range.count).map { .integer(range[$0]) }
    default: return nil
    }
  }

  private func index(_ key: Value, _ count: Int) -> Int? {
    guard case .integer(let number)? = Number(key) else { return nil }
    if number >= 0 { return number < count ? number : nil }
    return number >= -count ? number + count : nil
  }

  private func unsafe(_ name: String, _ value: Value) -> Value {
    .undefined(
      Undefined(
        .other("the attribute \(Shown.text(name)) of a \(value.typeName) is not for templates")))
  }

  private func ownAttribute(_ name: String, of value: Value) throws(TemplateError) -> Value? {
    if Interpreter.internals.contains(name), !isNamespace(value) || name == "__class__" {
      return unsafe(name, value)
    }
    switch value {
    case .text:
      guard Interpreter.textMethods.contains(name) else { return nil }
    case .list:
      if Interpreter.listChanges.contains(name) { return unsafe(name, value) }
      guard Interpreter.listMethods.contains(name) else { return nil }
    case .tuple:
      guard name == "count" || name == "index" else { return nil }
    case .mapping:
      if Interpreter.mappingChanges.contains(name) { return unsafe(name, value) }
      guard Interpreter.mappingMethods.contains(name) else { return nil }
    case .integer, .boolean, .float: return try numberAttribute(name, of: value)
    case .object(let object): return try attribute(name, of: object)
    case .none, .undefined: return nil
    }
    return try object(MethodObject(value, name))
  }

  private func isNamespace(_ value: Value) -> Bool {
    if case .object(let object) = value { object is NamespaceObject } else { false }
  }

  private func numberAttribute(
    _ name: String, of value: Value
  ) throws(TemplateError) -> Value? {
    let isFloat = if case .float = value { true } else { false }
    switch name {
    case "real": return unaryPlus(value)
    case "imag": return isFloat ? .float(0) : .integer(0)
    case "numerator" where !isFloat: return unaryPlus(value)
    case "denominator" where !isFloat: return .integer(1)
    case "is_integer" where isFloat, "bit_length" where !isFloat, "bit_count" where !isFloat,
      "conjugate":
      return try object(MethodObject(value, name))
    default: return nil
    }
  }

  private func unaryPlus(_ value: Value) -> Value {
    if case .boolean(let value) = value { .integer(value ? 1 : 0) } else { value }
  }

  private func attribute(
    _ name: String, of object: TemplateObject
  ) throws(TemplateError) -> Value? {
    switch object {
    case let namespace as NamespaceObject: return namespace.attributes[Text(name)]
    case let loop as LoopObject: return try attribute(name, of: loop)
    case let range as RangeObject:
      switch name {
      case "start": return .integer(range.start)
      case "stop": return .integer(range.stop)
      case "step": return .integer(range.step)
      case "count", "index": return try self.object(MethodObject(.object(range), name))
      default: return nil
      }
    case let macro as MacroObject:
      let definition = macro.definition
      switch name {
      case "name": return definition.name.map { .text($0) } ?? Value.none
      case "arguments": return try tuple(definition.parameters.map { .text($0.name) })
      case "catch_kwargs": return .boolean(definition.namedRest != nil)
      case "catch_varargs": return .boolean(definition.rest != nil)
      case "caller": return .boolean(definition.caller != nil)
      default: return nil
      }
    case let cycler as CyclerObject:
      switch name {
      case "current": return cycler.items[cycler.position]
      case "next", "reset": return try self.object(MethodObject(.object(cycler), name))
      default: return nil
      }
    case let function as FunctionObject where function.name == .dict && name == "fromkeys":
      return try self.object(MethodObject(.mapping(Mapping()), name))
    default: return nil
    }
  }

  private func attribute(_ name: String, of loop: LoopObject) throws(TemplateError) -> Value? {
    switch name {
    case "index": return .integer(loop.index0 + 1)
    case "index0": return .integer(loop.index0)
    case "first": return .boolean(loop.index0 == 0)
    case "last": return .boolean(try loop.peek() == nil)
    case "length": return .integer(try loop.count())
    case "revindex": return .integer(try loop.count() - loop.index0)
    case "revindex0": return .integer(try loop.count() - loop.index0 - 1)
    case "depth": return .integer(loop.depth0 + 1)
    case "depth0": return .integer(loop.depth0)
    case "previtem":
      return loop.previous ?? .undefined(Undefined(.other("there is no previous item")))
    case "nextitem":
      return try loop.peek() ?? .undefined(Undefined(.other("there is no next item")))
    case "cycle", "changed": return try object(MethodObject(.object(loop), name))
    default: return nil
    }
  }
}

extension Text {
  /// Bytes of the character that begins with this one.
  static func width(_ lead: UInt8) -> Int {
    lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
  }
}
