/// The bounds of a slice, as they were evaluated.
struct Bounds {
  let start: Value?
  let stop: Value?
  let step: Value?
}

extension Interpreter {
  /// The values of whatever can be gone through; nil for what cannot.
  func iterator(over value: Value) throws(TemplateError) -> ValueIterator? {
    switch value {
    case .list(let items), .tuple(let items):
      return ValueIterator(items.values, depth: items.depth)
    case .mapping(let mapping): return ValueIterator(mapping.keys, depth: mapping.depth)
    case .undefined: return ValueIterator([], depth: 0)
    case .text(let text):
      try reserve(text.bytes.count * 4)
      var scalars = text.scalars.makeIterator()
      return ValueIterator(depth: 0) { () throws(TemplateError) in
        scalars.next().map { .text(Text([$0], isMarkup: false)) }
      }
    case .object(let object): return iterator(over: object)
    case .none, .boolean, .integer, .float: return nil
    }
  }

  private func iterator(over object: TemplateObject) -> ValueIterator? {
    switch object {
    case let iterator as ValueIterator: return iterator
    case let range as RangeObject:
      var index = 0
      return ValueIterator(depth: 0) { () throws(TemplateError) in
        guard index < range.count else { return nil }
        defer { index += 1 }
        return .integer(range[index])
      }
    case let view as MappingView:
      let mapping = view.mapping
      switch view.part {
      case .keys: return ValueIterator(mapping.keys, depth: mapping.depth)
      case .values: return ValueIterator(mapping.values, depth: mapping.depth)
      case .items:
        var index = 0
        return ValueIterator(depth: mapping.depth + 1) { () throws(TemplateError) in
          guard index < mapping.count else { return nil }
          defer { index += 1 }
          let pair = [mapping.keys[index], mapping.values[index]]
          return .tuple(Value.Items(values: pair, depth: mapping.depth + 1))
        }
      }
    case let loop as LoopObject:
      return ValueIterator(depth: loop.depth) { [unowned self] () throws(TemplateError) in
        guard let value = try loop.next() else { return nil }
        return try tuple([value, .object(loop)])
      }
    default: return nil
    }
  }

  func collect(_ value: Value) throws(TemplateError) -> [Value] {
    switch value {
    case .list(let items), .tuple(let items): return items.values
    default: break
    }
    guard let elements = try iterator(over: value) else {
      throw failure("a \(value.typeName) cannot be gone through")
    }
    var values: [Value] = []
    while let element = try elements.next() {
      try step()
      values.append(element)
      if values.count % 1024 == 0 { try reserve(elements: values.count) }
    }
    return values
  }

  /// The length, where there is one.
  func count(of value: Value) -> Int? {
    switch value {
    case .list(let items), .tuple(let items): return items.values.count
    case .mapping(let mapping): return mapping.count
    case .text(let text): return text.count
    case .undefined: return 0
    case .object(let object):
      switch object {
      case let range as RangeObject: return range.count
      case let view as MappingView: return view.mapping.count
      default: return nil
      }
    case .none, .boolean, .integer, .float: return nil
    }
  }

  func length(of value: Value) throws(TemplateError) -> Int {
    if case .object(let object) = value, let loop = object as? LoopObject {
      return try loop.count()
    }
    if case .text(let text) = value { try work(text.bytes.count) }
    guard let count = count(of: value) else {
      throw failure("a \(value.typeName) has no length")
    }
    return count
  }

  // MARK: Slices

  func slice(_ value: Value, _ bounds: Bounds) throws(TemplateError) -> Value {
    switch value {
    case .undefined(let undefined): throw failure(undefined.message)
    case .list(let items): return try list(try pick(items.values, bounds))
    case .tuple(let items): return try tuple(try pick(items.values, bounds))
    case .text(let text):
      try reserve(text.bytes.count * 4)
      return try self.text(Text(try pick(text.scalars, bounds), isMarkup: text.isMarkup))
    case .object(let object):
      guard let range = object as? RangeObject else { break }
      let (start, stop, step, count) = try resolved(bounds, range.count)
      let (scaled, isTooLarge) = range.step.multipliedReportingOverflow(by: step)
      if isTooLarge { throw failure("a whole number beyond 64 bits") }
      let first = range.start.addingReportingOverflow(start &* range.step).partialValue
      let end = range.start.addingReportingOverflow(stop &* range.step).partialValue
      return .object(RangeObject(start: first, stop: end, step: scaled, count: count))
    default: break
    }
    throw failure("a \(value.typeName) has no slices")
  }

  private func pick<Element>(
    _ values: [Element], _ bounds: Bounds
  ) throws(TemplateError) -> [Element] {
    let (start, _, step, count) = try resolved(bounds, values.count)
    if step == 1 { return Array(values[start..<start + count]) }
    return (0..<count).map { values[start + $0 * step] }
  }

  /// Where a slice begins and ends within `count` elements, and how many it takes.
  private func resolved(
    _ bounds: Bounds, _ count: Int
  ) throws(TemplateError) -> (start: Int, stop: Int, step: Int, count: Int) {
    func integer(_ value: Value?) throws(TemplateError) -> Int? {
      switch value {
      case nil, Value.none?: return nil
      case .boolean(let value)?: return value ? 1 : 0
      case .integer(let value)?: return value
      case .undefined(let undefined)?: throw failure(undefined.message)
      default: throw failure("the bounds of a slice must be whole numbers")
      }
    }
    // No text or list has more elements than this.
    let step = max(-Int(Int32.max), min(Int(Int32.max), try integer(bounds.step) ?? 1))
    guard step != 0 else { throw failure("the step of a slice must not be 0") }
    let least = step < 0 ? -1 : 0
    let most = step < 0 ? count - 1 : count
    func place(_ value: Int) -> Int {
      value < 0 ? max(least, value < -count ? least : value + count) : min(most, value)
    }
    let start = try integer(bounds.start).map(place) ?? (step < 0 ? most : least)
    let stop = try integer(bounds.stop).map(place) ?? (step < 0 ? least : most)
    let distance = step > 0 ? stop - start : start - stop
    let taken = distance <= 0 ? 0 : (distance - 1) / abs(step) + 1
    return (taken == 0 ? max(0, min(start, count)) : start, stop, step, taken)
  }
}
