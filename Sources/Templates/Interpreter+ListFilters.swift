extension Interpreter {
  func listFilter(
    _ filter: FilterName, _ value: Value, _ given: CallArguments
  ) throws(TemplateError) -> Value {
    func arguments(
      _ names: String..., required: Int = 0
    ) throws(TemplateError) -> [Value?] {
      try bind("the filter \"\(filter.rawValue)\"", names, given, required: required)
    }
    switch filter {
    case .first:
      _ = try arguments()
      guard let elements = try iterator(over: value) else {
        throw failure("a \(value.typeName) has no first element")
      }
      return try elements.next() ?? .undefined(Undefined(.other("there is no first element")))
    case .last:
      _ = try arguments()
      guard count(of: value) != nil else {
        throw failure("a \(value.typeName) has no last element")
      }
      return try collect(value).last
        ?? .undefined(Undefined(.other("there is no last element")))
    case .list:
      _ = try arguments()
      return try list(try collect(value))
    case .reverse:
      _ = try arguments()
      if case .text = value {
        return try slice(value, Bounds(start: nil, stop: nil, step: .integer(-1)))
      }
      let values = try collect(value)
      try reserve(elements: values.count)
      return .object(ValueIterator(values.reversed(), depth: value.depth))
    case .join:
      let values = try arguments("d", "attribute")
      return .text(
        try join(value, by: try printed(values[0] ?? .text(.empty)), attribute: values[1]))
    case .sum:
      let values = try arguments("attribute", "start")
      var sum = values[1] ?? .integer(0)
      if case .text = sum { throw failure("sum is not for texts") }
      for each in try collect(value) {
        try step()
        sum = try binary(.add, sum, try look(values[0], in: each))
      }
      return sum
    case .map, .select, .reject, .selectattr, .rejectattr:
      return try lazyFilter(filter, value, given)
    case .batch, .slice:
      let values = try arguments(
        filter == .batch ? "linecount" : "slices", "fill_with", required: 1)
      let size = try integer(values[0], "a size") ?? 0
      return try filter == .batch
        ? batches(of: size, value, values[1]) : slices(size, value, values[1])
    default: return try orderFilter(filter, value, given)
    }
  }

  /// The value under an attribute such as `a.b.0`, or the value itself.
  func look(
    _ attribute: Value?, in value: Value, otherwise: Value? = nil
  ) throws(TemplateError) -> Value {
    switch attribute {
    case nil, Value.none?: return value
    case .text(let path)?:
      var value = value
      for part in path.pieces(between: ".", -1) {
        try step()
        let index = part.isAll(Characters.isDigit) ? Int(part.string) : nil
        value = try item(index.map { .integer($0) } ?? .text(part), of: value)
        if value.isUndefined, let otherwise, !isNone(otherwise) { value = otherwise }
      }
      return value
    case let key?:
      let found = try item(key, of: value)
      if found.isUndefined, let otherwise, !isNone(otherwise) { return otherwise }
      return found
    }
  }

  func isNone(_ value: Value) -> Bool { if case .none = value { true } else { false } }

  private func join(
    _ value: Value, by separator: Text, attribute: Value?
  ) throws(TemplateError) -> Text {
    guard let elements = try iterator(over: value) else {
      throw failure("a \(value.typeName) cannot be joined")
    }
    var pieces: [Text] = []
    var size = 0
    while let element = try elements.next() {
      try step()
      let piece = try printed(try look(attribute, in: element))
      pieces.append(piece)
      size += piece.bytes.count
      try allow(size)
    }
    return try joined(pieces, by: separator)
  }

  // MARK: One after another

  private func lazyFilter(
    _ filter: FilterName, _ value: Value, _ given: CallArguments
  ) throws(TemplateError) -> Value {
    var elements: ValueIterator?
    var isStarted = false
    let here = here
    let depth = max(value.depth, given.positional.map(\.depth).max() ?? 0)
    return .object(
      try iterator(depth: depth) { [unowned self] () throws(TemplateError) in
        if !isStarted {
          isStarted = true
          guard value.isTrue else { return nil }
          try check(filter, given)
          elements = try iterator(over: value)
          if elements == nil {
            self.here = here
            throw failure("a \(value.typeName) cannot be gone through")
          }
        }
        while let element = try elements?.next() {
          try step()
          self.here = here
          try descend()
          defer { ascend() }
          if filter == .map { return try mapped(element, given) }
          if try isSelected(element, filter, given) { return element }
        }
        return nil
      })
  }

  private func check(_ filter: FilterName, _ given: CallArguments) throws(TemplateError) {
    if filter == .map {
      guard given.positional.isEmpty else { return }
      guard given.named.contains(where: { $0.name == "attribute" }) else {
        throw failure("map needs a filter or an attribute")
      }
      _ = try bind("the filter \"map\"", ["attribute", "default"], given)
    } else if filter == .selectattr || filter == .rejectattr, given.positional.isEmpty {
      throw failure("\(filter.rawValue) needs an attribute")
    }
  }

  private func mapped(_ element: Value, _ given: CallArguments) throws(TemplateError) -> Value {
    guard let first = given.positional.first else {
      let values = try bind("the filter \"map\"", ["attribute", "default"], given)
      return try look(values[0], in: element, otherwise: values[1])
    }
    guard case .text(let name) = first, let filter = FilterName(rawValue: name.string) else {
      throw failure("map with an unknown filter")
    }
    let rest = CallArguments(positional: Array(given.positional.dropFirst()), named: given.named)
    return try self.filter(filter, element, rest)
  }

  private func isSelected(
    _ element: Value, _ filter: FilterName, _ given: CallArguments
  ) throws(TemplateError) -> Bool {
    var rest = given.positional[...]
    var value = element
    if filter == .selectattr || filter == .rejectattr {
      value = try look(rest.popFirst(), in: element)
    }
    var holds = value.isTrue
    if let test = rest.popFirst() {
      guard case .text(let name) = test, let test = TestName(rawValue: name.string) else {
        throw failure("\(filter.rawValue) with an unknown test")
      }
      holds = try self.holds(
        test, value, CallArguments(positional: Array(rest), named: given.named))
    }
    return holds == (filter == .select || filter == .selectattr)
  }

  // MARK: Parts

  private func batches(
    of size: Int, _ value: Value, _ fill: Value?
  ) throws(TemplateError) -> Value {
    guard let elements = try iterator(over: value) else {
      throw failure("a \(value.typeName) cannot be gone through")
    }
    var carried: Value?
    return .object(
      try iterator(depth: max(value.depth, fill?.depth ?? 0) + 1) {
        [unowned self] () throws(TemplateError) in
        var batch: [Value] = []
        if let first = carried { batch.append(first) }
        carried = nil
        while let element = try elements.next() {
          try step()
          if batch.count == size {
            carried = element
            return try list(batch)
          }
          batch.append(element)
        }
        if batch.isEmpty { return nil }
        if let fill, !isNone(fill), batch.count < size {
          try reserve(elements: size)
          batch += Array(repeating: fill, count: size - batch.count)
        }
        return try list(batch)
      })
  }

  private func slices(
    _ count: Int, _ value: Value, _ fill: Value?
  ) throws(TemplateError) -> Value {
    var index = 0
    var start = 0
    var values: [Value]?
    return .object(
      try iterator(depth: max(value.depth, fill?.depth ?? 0) + 1) {
        [unowned self] () throws(TemplateError) in
        if values == nil { values = try collect(value) }
        guard let all = values else { return nil }
        guard count != 0 else { throw failure("slice into no parts") }
        guard index < count else { return nil }
        let isLonger = index < all.count % count
        let end = start + all.count / count + (isLonger ? 1 : 0)
        var part = Array(all[start..<end])
        if let fill, !isNone(fill), !isLonger { part.append(fill) }
        start = end
        index += 1
        return try list(part)
      })
  }
}
