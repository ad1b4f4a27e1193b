extension Interpreter {
  func compare(
    _ left: Value, _ comparison: Comparison, _ right: Value
  ) throws(TemplateError) -> Bool {
    switch comparison {
    case .equal: return try isEqual(left, right)
    case .unequal: return !(try isEqual(left, right))
    case .isIn: return try contains(right, left)
    case .isNotIn: return !(try contains(right, left))
    case .less: return try order(left, right, "<") { $0 < 0 }
    case .lessOrEqual: return try order(left, right, "<=") { $0 <= 0 }
    case .greater: return try order(left, right, ">") { $0 > 0 }
    case .greaterOrEqual: return try order(left, right, ">=") { $0 >= 0 }
    }
  }

  func isEqual(_ left: Value, _ right: Value) throws(TemplateError) -> Bool {
    switch (left, right) {
    case (.none, .none), (.undefined, .undefined): return true
    case (.text(let left), .text(let right)):
      guard left.bytes.count == right.bytes.count else { return false }
      try work(left.bytes.count)
      return left == right
    case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
      guard left.values.count == right.values.count else { return false }
      try descend()
      defer { ascend() }
      for (left, right) in zip(left.values, right.values) {
        try step()
        guard try isEqual(left, right) else { return false }
      }
      return true
    case (.mapping(let left), .mapping(let right)): return try isEqual(left, right)
    case (.object(let left), .object(let right)):
      if let left = left as? RangeObject, let right = right as? RangeObject {
        return left.count == right.count
          && (left.count == 0
            || left.start == right.start && (left.count == 1 || left.step == right.step))
      }
      return left === right
    default:
      guard let left = Number(left), let right = Number(right) else { return false }
      return order(left, right) == 0
    }
  }

  private func isEqual(_ left: Mapping, _ right: Mapping) throws(TemplateError) -> Bool {
    guard left.count == right.count else { return false }
    try descend()
    defer { ascend() }
    for (key, value) in zip(left.keys, left.values) {
      try step()
      guard let hashed = Mapping.Key(key), let other = right[hashed], try isEqual(value, other)
      else { return false }
    }
    return true
  }

  /// Nil when not-a-number takes part.
  private func order(_ left: Number, _ right: Number) -> Int? {
    switch (left, right) {
    case (.integer(let left), .integer(let right)): return left < right ? -1 : left > right ? 1 : 0
    case (.integer(let left), .float(let right)): return order(left, right)
    case (.float(let left), .integer(let right)): return order(right, left).map { -$0 }
    case (.float(let left), .float(let right)):
      if left.isNaN || right.isNaN { return nil }
      return left < right ? -1 : left > right ? 1 : 0
    }
  }

  /// Exact, where a conversion of the whole number would round it.
  private func order(_ left: Int, _ right: Double) -> Int? {
    if right.isNaN { return nil }
    if right >= 0x1p63 { return -1 }
    if right < -0x1p63 { return 1 }
    let whole = right.rounded(.down)
    let floor = Int(whole)
    if left != floor { return left < floor ? -1 : 1 }
    return whole < right ? -1 : 0
  }

  private func order(
    _ left: Value, _ right: Value, _ symbol: String, _ holds: (Int) -> Bool
  ) throws(TemplateError) -> Bool {
    guard let order = try order(left, right, symbol) else { return false }
    return holds(order)
  }

  /// -1, 0 or 1; nil when not-a-number takes part.
  private func order(
    _ left: Value, _ right: Value, _ symbol: String
  ) throws(TemplateError) -> Int? {
    switch (left, right) {
    case (.undefined(let undefined), _), (_, .undefined(let undefined)):
      throw failure(undefined.message)
    case (.text(let left), .text(let right)):
      try work(min(left.bytes.count, right.bytes.count))
      return left < right ? -1 : left == right ? 0 : 1
    case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
      try descend()
      defer { ascend() }
      for (left, right) in zip(left.values, right.values) {
        try step()
        if try isEqual(left, right) { continue }
        return try order(left, right, symbol)
      }
      return order(.integer(left.values.count), .integer(right.values.count))
    default:
      guard let first = Number(left), let second = Number(right) else {
        throw failure("\(symbol) is not for a \(left.typeName) and a \(right.typeName)")
      }
      return order(first, second)
    }
  }

  func isLess(_ left: Value, _ right: Value) throws(TemplateError) -> Bool {
    try compare(left, .less, right)
  }

  func contains(_ container: Value, _ value: Value) throws(TemplateError) -> Bool {
    switch container {
    case .text(let text):
      guard case .text(let part) = value else {
        throw failure("only a text can be in a text, not a \(value.typeName)")
      }
      try work(text.bytes.count)
      return text.firstOffset(of: part) != nil
    case .mapping(let mapping): return mapping[try key(value)] != nil
    case .object(let object):
      if let view = object as? MappingView, view.part == .keys {
        return view.mapping[try key(value)] != nil
      }
    default: break
    }
    guard let elements = try iterator(over: container) else {
      throw failure("nothing can be in a \(container.typeName)")
    }
    while let element = try elements.next() {
      try step()
      if try isEqual(element, value) { return true }
    }
    return false
  }

  func key(_ value: Value) throws(TemplateError) -> Mapping.Key {
    if case .text(let text) = value { try work(text.bytes.count) }
    guard let key = Mapping.Key(value) else {
      throw failure("a \(value.typeName) cannot be a key of a mapping")
    }
    return key
  }

  /// Sorts stably as Python does, by `isLess` of the keys.
  func sorted(
    _ values: [Value], by keys: [Value], reversed isReversed: Bool
  ) throws(TemplateError) -> [Value] {
    var order = Array(values.indices)
    if isReversed { order.reverse() }
    var width = 1
    while width < order.count {
      var merged: [Int] = []
      merged.reserveCapacity(order.count)
      var start = 0
      while start < order.count {
        let middle = min(start + width, order.count)
        let end = min(middle + width, order.count)
        var (left, right) = (start, middle)
        while left < middle || right < end {
          try step()
          var takesRight = left == middle
          if !takesRight, right < end {
            takesRight = try isLess(keys[order[right]], keys[order[left]])
          }
          if takesRight {
            merged.append(order[right])
            right += 1
          } else {
            merged.append(order[left])
            left += 1
          }
        }
        start = end
      }
      order = merged
      width *= 2
    }
    if isReversed { order.reverse() }
    return order.map { values[$0] }
  }
}
