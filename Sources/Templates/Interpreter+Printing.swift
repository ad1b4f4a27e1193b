extension Interpreter {
  /// What `str()` of Python makes of a value.
  func printed(_ value: Value) throws(TemplateError) -> Text {
    switch value {
    case .text(let text): return Text(bytes: text.bytes)
    case .undefined: return .empty
    default:
      var bytes: [UInt8] = []
      try represent(value, into: &bytes)
      return Text(bytes: bytes)
    }
  }

  /// As filters see a text: what is marked as markup stays so.
  func softText(_ value: Value) throws(TemplateError) -> Text {
    if case .text(let text) = value { return text }
    return try printed(value)
  }

  /// Appends what `repr()` of Python makes of a value.
  func represent(_ value: Value, into bytes: inout [UInt8]) throws(TemplateError) {
    try step()
    switch value {
    case .none: bytes += "None".utf8
    case .boolean(let value): bytes += (value ? "True" : "False").utf8
    case .integer(let value): bytes += String(value).utf8
    case .float(let value): bytes += Numbers.printed(value).utf8
    case .undefined: bytes += "Undefined".utf8
    case .text(let text):
      try work(text.bytes.count)
      try allow(bytes.count + text.bytes.count)
      if text.isMarkup { bytes += "Markup(".utf8 }
      represent(text, into: &bytes)
      if text.isMarkup { bytes += ")".utf8 }
    case .list(let items): try represent(items.values, "[", "]", into: &bytes)
    case .tuple(let items):
      try represent(items.values, "(", items.values.count == 1 ? ",)" : ")", into: &bytes)
    case .mapping(let mapping): try represent(mapping, into: &bytes)
    case .object(let object): try represent(object, into: &bytes)
    }
  }

  private func represent(
    _ values: [Value], _ opening: String, _ closing: String, into bytes: inout [UInt8]
  ) throws(TemplateError) {
    try descend()
    defer { ascend() }
    bytes += opening.utf8
    for (index, value) in values.enumerated() {
      if index > 0 { bytes += ", ".utf8 }
      try represent(value, into: &bytes)
      try allow(bytes.count)
    }
    bytes += closing.utf8
  }

  private func represent(_ mapping: Mapping, into bytes: inout [UInt8]) throws(TemplateError) {
    try descend()
    defer { ascend() }
    bytes += "{".utf8
    for (index, key) in mapping.keys.enumerated() {
      if index > 0 { bytes += ", ".utf8 }
      try represent(key, into: &bytes)
      bytes += ": ".utf8
      try represent(mapping.values[index], into: &bytes)
      try allow(bytes.count)
    }
    bytes += "}".utf8
  }

  private func represent(
    _ object: TemplateObject, into bytes: inout [UInt8]
  ) throws(TemplateError) {
    switch object {
    case let range as RangeObject:
      bytes += "range(\(range.start), \(range.stop)".utf8
      bytes += (range.step == 1 ? ")" : ", \(range.step))").utf8
    case let view as MappingView:
      bytes += "\(view.typeName)(".utf8
      guard let values = try iterator(over: .object(view)) else { return }
      try represent(try collect(.object(values)), "[", "])", into: &bytes)
    case let namespace as NamespaceObject:
      try descend()
      defer { ascend() }
      bytes += "<Namespace ".utf8
      try represent(namespace.attributes, into: &bytes)
      bytes += ">".utf8
    case let macro as MacroObject:
      bytes += "<Macro ".utf8
      if let name = macro.definition.name {
        represent(Text(name), into: &bytes)
      } else {
        bytes += "anonymous".utf8
      }
      bytes += ">".utf8
    case let loop as LoopObject:
      bytes += "<LoopContext \(loop.index0 + 1)/\(try loop.count())>".utf8
    // Python would print the place in memory, which is another one each time.
    default: bytes += "<\(object.typeName) object>".utf8
    }
  }

  /// In single quotes, unless there are such within and no double ones.
  private func represent(_ text: Text, into bytes: inout [UInt8]) {
    let single = UInt8(ascii: "'")
    let double = UInt8(ascii: "\"")
    let quote = text.bytes.contains(single) && !text.bytes.contains(double) ? double : single
    bytes.append(quote)
    for scalar in text.string.unicodeScalars {
      switch scalar {
      case "\n": bytes += "\\n".utf8
      case "\r": bytes += "\\r".utf8
      case "\t": bytes += "\\t".utf8
      case "\\": bytes += "\\\\".utf8
      case _ where scalar.value == UInt32(quote): bytes += [UInt8(ascii: "\\"), quote]
      case _ where Characters.isPrintable(scalar): Text.append(scalar, to: &bytes)
      default: bytes += Numbers.escape(scalar).utf8
      }
    }
    bytes.append(quote)
  }

  /// Text for HTML.
  func escaped(_ text: Text) throws(TemplateError) -> Text {
    if text.isMarkup { return text }
    var bytes: [UInt8] = []
    for byte in text.bytes {
      switch byte {
      case UInt8(ascii: "&"): bytes += "&amp;".utf8
      case UInt8(ascii: "<"): bytes += "&lt;".utf8
      case UInt8(ascii: ">"): bytes += "&gt;".utf8
      case UInt8(ascii: "'"): bytes += "&#39;".utf8
      case UInt8(ascii: "\""): bytes += "&#34;".utf8
      default: bytes.append(byte)
      }
    }
    try reserve(bytes.count)
    return Text(bytes: bytes, isMarkup: true)
  }
}
