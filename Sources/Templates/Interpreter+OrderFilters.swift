/// The filters that sort, group and compare.
extension Interpreter {
  func orderFilter(
    _ filter: FilterName, _ value: Value, _ given: CallArguments
  ) throws(TemplateError) -> Value {
    func arguments(
      _ names: String..., required: Int = 0
    ) throws(TemplateError) -> [Value?] {
      try bind("the filter \"\(filter.rawValue)\"", names, given, required: required)
    }
    switch filter {
    case .dictsort:
      let values = try arguments("case_sensitive", "by", "reverse")
      return try sortedPairs(
        value, isCaseSensitive: values[0]?.isTrue ?? false,
        by: try textArgument(values[1], "what to sort by") ?? "key",
        isReversed: values[2]?.isTrue ?? false)
    case .sort:
      let values = try arguments("reverse", "case_sensitive", "attribute")
      return try sort(
        value, isReversed: values[0]?.isTrue ?? false,
        isCaseSensitive: values[1]?.isTrue ?? false, attribute: values[2])
    case .unique:
      let values = try arguments("case_sensitive", "attribute")
      return try unique(value, isCaseSensitive: values[0]?.isTrue ?? false, attribute: values[1])
    case .min, .max:
      let values = try arguments("case_sensitive", "attribute")
      var best: (value: Value, key: Value)?
      for each in try collect(value) {
        try step()
        let key = try folded(
          try look(values[1], in: each), isCaseSensitive: values[0]?.isTrue ?? false)
        guard let current = best else {
          best = (each, key)
          continue
        }
        if try filter == .min ? isLess(key, current.key) : compare(key, .greater, current.key) {
          best = (each, key)
        }
      }
      return best?.value ?? .undefined(Undefined(.other("there is no element to choose")))
    case .groupby:
      let values = try arguments("attribute", "default", "case_sensitive", required: 1)
      return try grouped(
        value, by: values[0] ?? .none, otherwise: values[1],
        isCaseSensitive: values[2]?.isTrue ?? false)
    default: throw failure("the filter \"\(filter.rawValue)\" is not supported")
    }
  }

  private func folded(_ value: Value, isCaseSensitive: Bool) throws(TemplateError) -> Value {
    guard !isCaseSensitive, case .text(let text) = value else { return value }
    return try self.text(text.lowercased)
  }

  private func sortedPairs(
    _ value: Value, isCaseSensitive: Bool, by part: Text, isReversed: Bool
  ) throws(TemplateError) -> Value {
    guard part == "key" || part == "value" else { throw failure("dictsort by key or by value") }
    if case .undefined(let undefined) = value { throw failure(undefined.message) }
    guard case .mapping(let mapping) = value else { throw failure("dictsort is for mappings") }
    var keys: [Value] = []
    for each in part == "key" ? mapping.keys : mapping.values {
      keys.append(try folded(each, isCaseSensitive: isCaseSensitive))
    }
    let pairs = try collect(.object(MappingView(mapping, .items)))
    return try list(try sorted(pairs, by: keys, reversed: isReversed))
  }

  private func sort(
    _ value: Value, isReversed: Bool, isCaseSensitive: Bool, attribute: Value?
  ) throws(TemplateError) -> Value {
    let values = try collect(value)
    var paths = [attribute]
    if case .text(let text)? = attribute {
      paths = text.pieces(between: ",", -1).map { .text($0) }
    }
    var keys: [Value] = []
    for each in values {
      var parts: [Value] = []
      for path in paths {
        parts.append(try folded(try look(path, in: each), isCaseSensitive: isCaseSensitive))
      }
      keys.append(try list(parts))
    }
    return try list(try sorted(values, by: keys, reversed: isReversed))
  }

  private func unique(
    _ value: Value, isCaseSensitive: Bool, attribute: Value?
  ) throws(TemplateError) -> Value {
    var elements: ValueIterator?
    var seen: Set<Mapping.Key> = []
    return .object(
      try iterator(depth: value.depth) { [unowned self] () throws(TemplateError) in
        if elements == nil {
          elements = try iterator(over: value)
          guard elements != nil else {
            throw failure("a \(value.typeName) cannot be gone through")
          }
        }
        while let element = try elements?.next() {
          try step()
          let found = try folded(
            try look(attribute, in: element), isCaseSensitive: isCaseSensitive)
          if seen.insert(try key(found)).inserted { return element }
        }
        return nil
      })
  }

  private func grouped(
    _ value: Value, by attribute: Value, otherwise: Value?, isCaseSensitive: Bool
  ) throws(TemplateError) -> Value {
    let values = try collect(value)
    var keys: [Value] = []
    for each in values {
      let found = try look(attribute, in: each, otherwise: otherwise)
      keys.append(try folded(found, isCaseSensitive: isCaseSensitive))
    }
    let order = try sorted(values.indices.map { .integer($0) }, by: keys, reversed: false)
    var groups: [(key: Value, values: [Value])] = []
    for case .integer(let index) in order {
      if let last = groups.last, try isEqual(last.key, keys[index]) {
        groups[groups.count - 1].values.append(values[index])
      } else {
        groups.append((keys[index], [values[index]]))
      }
    }
    var result: [Value] = []
    for group in groups {
      let key =
        isCaseSensitive ? group.key : try look(attribute, in: group.values[0], otherwise: otherwise)
      result.append(try tuple([key, try list(group.values)]))
    }
    return try list(result)
  }
}
