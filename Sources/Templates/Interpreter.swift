import Foundation

/// One rendering of a template.
final class Interpreter {
  let source: SourceText
  let bindings: Bindings
  let limits: TemplateLimits
  let now: Date
  /// Variables of the caller, and the functions that every template knows.
  var context: [String: Value] = [:]
  /// Where in the template we are, for messages.
  var here = 0
  var output: [UInt8] = []
  /// Macros, filters and set blocks that gather text of their own.
  var captures = 0
  var generated: [Range<Int>] = []
  var hasUnplacedGeneration = false
  private var steps = 0
  private var total = 0
  private var depth = 0
  // Whatever may refer to itself is emptied at the end, which also keeps the release of long chains
  // from recursing.
  private var captured: [Activation] = []
  private var namespaces: [NamespaceObject] = []

  init(source: SourceText, bindings: Bindings, limits: TemplateLimits, now: Date) {
    self.source = source
    self.bindings = bindings
    self.limits = limits
    self.now = now
    for name in FunctionObject.Name.allCases {
      context[name.rawValue] = .object(FunctionObject(name))
    }
  }

  func render(
    _ statements: [Statement], variables: [String: TemplateValue]
  ) throws(TemplateError) -> Rendered {
    defer { release() }
    for (name, value) in variables { context[name] = try self.value(of: value, depth: 1) }
    let activation = Activation(slots: bindings.rootSlots, parent: nil)
    enter(bindings.root, activation)
    _ = try execute(statements, activation)
    return Rendered(
      text: String(decoding: output, as: UTF8.self), generated: generated,
      hasUnplacedGeneration: hasUnplacedGeneration)
  }

  private func value(of given: TemplateValue, depth: Int) throws(TemplateError) -> Value {
    switch given {
    case .none: return .none
    case .boolean(let value): return .boolean(value)
    case .integer(let value): return .integer(value)
    case .float(let value): return .float(value)
    case .text(let text): return .text(text)
    case .list(let values):
      try checkValueDepth(depth)
      var items: [Value] = []
      items.reserveCapacity(values.count)
      for each in values { items.append(try value(of: each, depth: depth + 1)) }
      return .list(Value.Items(values: items, depth: 1 + (items.map(\.depth).max() ?? 0)))
    case .mapping(let entries):
      try checkValueDepth(depth)
      let mapping = Mapping()
      for entry in entries {
        _ = mapping.set(.text(entry.key), to: try value(of: entry.value, depth: depth + 1))
      }
      return .mapping(mapping)
    }
  }

  private func release() {
    for namespace in namespaces { namespace.attributes = Mapping() }
    for activation in captured { activation.slots = [] }
    namespaces = []
    captured = []
  }

  // MARK: Errors and limits

  func failure(_ problem: String) -> TemplateError {
    .rendering(source.place(at: here), problem: problem)
  }

  func limit(_ problem: String) -> TemplateError {
    .limit(source.place(at: here), problem: problem)
  }

  func step(_ count: Int = 1) throws(TemplateError) {
    steps += count
    guard steps <= limits.steps else {
      throw limit("the template takes more than \(limits.steps) steps")
    }
  }

  /// Counts text that is gone through.
  func work(_ bytes: Int) throws(TemplateError) { try step(bytes >> 4) }

  /// Checks the size of a value that is being made.
  func allow(_ bytes: Int) throws(TemplateError) {
    guard bytes <= limits.value else {
      throw limit("a value of the template is larger than \(limits.value) bytes")
    }
  }

  /// Counts memory that is about to be used for one value.
  func reserve(_ bytes: Int) throws(TemplateError) {
    try allow(bytes)
    total += bytes
    guard total <= limits.total else {
      throw limit("the values of the template take more than \(limits.total) bytes")
    }
    try work(bytes)
  }

  func reserve(elements: Int) throws(TemplateError) {
    let (bytes, isTooLarge) = elements.multipliedReportingOverflow(by: 16)
    try reserve(isTooLarge ? Int.max : bytes)
  }

  func descend() throws(TemplateError) {
    depth += 1
    guard depth <= limits.depth else {
      throw limit(
        "more than \(limits.depth) expressions and statements in each other, as a macro that calls"
          + " itself has")
    }
  }

  func ascend() { depth -= 1 }

  func checkValueDepth(_ depth: Int) throws(TemplateError) {
    guard depth <= TemplateLimits.valueDepth else {
      throw limit("a value nested more than \(TemplateLimits.valueDepth) deep")
    }
  }

  // MARK: Making values

  func text(_ text: Text) throws(TemplateError) -> Value {
    try reserve(text.bytes.count)
    return .text(text)
  }

  func items(_ values: [Value]) throws(TemplateError) -> Value.Items {
    try reserve(elements: values.count)
    let depth = 1 + (values.map(\.depth).max() ?? 0)
    try checkValueDepth(depth)
    return Value.Items(values: values, depth: depth)
  }

  func list(_ values: [Value]) throws(TemplateError) -> Value { .list(try items(values)) }

  func tuple(_ values: [Value]) throws(TemplateError) -> Value { .tuple(try items(values)) }

  func set(_ key: Value, to value: Value, in mapping: Mapping) throws(TemplateError) {
    try reserve(elements: 4)
    if case .text(let text) = key { try work(text.bytes.count) }
    guard mapping.set(key, to: value) else {
      throw failure("a \(key.typeName) cannot be a key of a mapping")
    }
    try checkValueDepth(mapping.depth)
    if mapping.count << 4 > limits.value { try reserve(mapping.count << 4) }
  }

  func iterator(
    depth: Int, _ produce: @escaping () throws(TemplateError) -> Value?
  ) throws(TemplateError) -> ValueIterator {
    try reserve(elements: 4)
    let iterator = ValueIterator(depth: depth, produce)
    try checkValueDepth(iterator.depth)
    return iterator
  }

  func namespace(_ attributes: Mapping) throws(TemplateError) -> Value {
    try reserve(elements: 8)
    let namespace = NamespaceObject(attributes)
    namespaces.append(namespace)
    return .object(namespace)
  }

  func object(_ object: TemplateObject) throws(TemplateError) -> Value {
    try reserve(elements: 4)
    try checkValueDepth(object.depth)
    return .object(object)
  }

  // MARK: Scopes

  func activation(slots: Int, parent: Activation?) throws(TemplateError) -> Activation {
    try reserve(elements: slots + 4)
    return Activation(slots: slots, parent: parent)
  }

  /// Something that may outlive the scope refers to it.
  func capture(_ activation: Activation) {
    var next: Activation? = activation
    while let each = next, !each.isCaptured {
      each.isCaptured = true
      captured.append(each)
      next = each.parent
    }
  }

  func enter(_ frame: Bindings.Frame, _ activation: Activation) {
    for load in frame.loads {
      switch load.origin {
      case .parameter: break
      case .missing: activation.slots[load.slot] = nil
      case .context(let name): activation.slots[load.slot] = context[name]
      case .outer(let outer):
        activation.slots[load.slot] = activation.at(outer.hops).slots[outer.slot]
      }
    }
  }

  func leave(_ frame: Bindings.Frame, _ activation: Activation) {
    for load in frame.loads { activation.slots[load.slot] = nil }
  }

  /// Sets a name at its place.
  func store(_ value: Value, in use: NameUse, _ activation: Activation) {
    let binding = bindings.names[use.number]
    activation.at(binding.hops).slots[binding.slot] = value
  }

  func stored(_ use: NameUse, _ activation: Activation) -> Value? {
    let binding = bindings.names[use.number]
    return activation.at(binding.hops).slots[binding.slot]
  }

  // MARK: Text

  func emit(_ text: Text) throws(TemplateError) {
    try work(text.bytes.count)
    guard output.count + text.bytes.count <= limits.output else {
      throw limit("the template renders more than \(limits.output) bytes")
    }
    output += text.bytes
  }

  /// The text that `body` emits, kept from the output.
  func capturing(_ body: () throws(TemplateError) -> Void) throws(TemplateError) -> Text {
    let outer = output
    output = []
    captures += 1
    defer {
      output = outer
      captures -= 1
    }
    try body()
    let text = Text(bytes: output)
    try reserve(text.bytes.count)
    return text
  }
}
