import Foundation

/// The filters on texts, numbers and whatever there is.
extension Interpreter {
  func filter(
    _ filter: FilterName, _ value: Value, _ given: CallArguments
  ) throws(TemplateError) -> Value {
    func arguments(
      _ names: String..., required: Int = 0
    ) throws(TemplateError) -> [Value?] {
      try bind("the filter \"\(filter.rawValue)\"", names, given, required: required)
    }
    switch filter {
    case .default, .d:
      let values = try arguments("default_value", "boolean")
      let isMissing = value.isUndefined || (values[1]?.isTrue ?? false) && !value.isTrue
      return isMissing ? values[0] ?? .text(.empty) : value
    case .tojson: return try text(try json(value, given))
    case .length, .count:
      _ = try arguments()
      return .integer(try length(of: value))
    case .string:
      _ = try arguments()
      return .text(try softText(value))
    case .safe:
      _ = try arguments()
      return .text(Text(bytes: try softText(value).bytes, isMarkup: true))
    case .escape, .e, .forceescape:
      _ = try arguments()
      let text = filter == .forceescape ? try printed(value) : try softText(value)
      return .text(try escaped(text))
    case .attr:
      let name = try textArgument(try arguments("name", required: 1)[0], "an attribute") ?? .empty
      return try ownOnly(name, of: value)
    case .abs:
      _ = try arguments()
      guard let number = Number(value) else { throw failure("abs is for numbers") }
      switch number {
      case .integer(let number): return try number < 0 ? unary(.minus, value) : .integer(number)
      case .float(let number): return .float(number.magnitude)
      }
    case .int:
      let values = try arguments("default", "base")
      return try whole(
        value, otherwise: values[0] ?? .integer(0), base: try integer(values[1], "a base") ?? 10)
    case .float:
      let otherwise = try arguments("default")[0] ?? .float(0)
      if case .undefined(let undefined) = value { throw failure(undefined.message) }
      if case .text(let text) = value { return Numbers.float(text).map { .float($0) } ?? otherwise }
      return Number(value).map { .float($0.double) } ?? otherwise
    case .round:
      let values = try arguments("precision", "method")
      return try rounded(
        value, try integer(values[0], "a precision") ?? 0,
        try textArgument(values[1], "a method") ?? "common")
    case .filesizeformat:
      let isBinary = try arguments("binary")[0]?.isTrue ?? false
      return .text(try fileSize(value, isBinary: isBinary))
    case .format:
      guard given.named.isEmpty || given.positional.isEmpty else {
        throw failure("format takes values by place or by name")
      }
      let mapping = Mapping()
      for each in given.named { try set(.text(each.name), to: each.value, in: mapping) }
      let values = given.named.isEmpty ? try tuple(given.positional) : .mapping(mapping)
      return try text(try percentFormat(try softText(value), values))
    case .items:
      _ = try arguments()
      return try pairs(of: value)
    case .upper, .lower, .capitalize, .title, .trim, .center, .replace, .indent, .truncate,
      .wordcount, .urlencode:
      return try textFilter(filter, value, given)
    default: return try listFilter(filter, value, given)
    }
  }

  /// An attribute that is not an element.
  private func ownOnly(_ name: Text, of value: Value) throws(TemplateError) -> Value {
    if case .mapping(let mapping) = value, mapping[name] != nil {
      let empty = Value.mapping(Mapping())
      guard !(try attribute(name, of: empty).isUndefined) else {
        return .undefined(Undefined(.attribute(name, of: value.typeName)))
      }
    }
    return try attribute(name, of: value)
  }

  private func pairs(of value: Value) throws(TemplateError) -> Value {
    switch value {
    case .undefined: return .object(ValueIterator([], depth: 0))
    case .mapping(let mapping):
      let view = try object(MappingView(mapping, .items))
      return try iterator(over: view).map { .object($0) } ?? .none
    default:
      // Python notices only when it is gone through.
      let here = here
      let type = value.typeName
      return .object(
        try iterator(depth: 0) { [unowned self] () throws(TemplateError) in
          self.here = here
          throw failure("items is for mappings, not for a \(type)")
        })
    }
  }

  private func whole(
    _ value: Value, otherwise: Value, base: Int
  ) throws(TemplateError) -> Value {
    func truncated(_ number: Double) throws(TemplateError) -> Value {
      guard let whole = Int(exactly: number.rounded(.towardZero)) else {
        throw failure("a whole number beyond 64 bits")
      }
      return .integer(whole)
    }
    switch value {
    case .undefined(let undefined): throw failure(undefined.message)
    case .boolean(let value): return .integer(value ? 1 : 0)
    case .integer: return value
    case .float(let number):
      if number.isNaN { return otherwise }
      return try truncated(number)
    case .text(let text):
      try work(text.bytes.count)
      if base == 0 || (2...36).contains(base) {
        switch Numbers.integer(text, base: base) {
        case .value(let number): return .integer(number)
        case .tooLarge: throw failure("a whole number beyond 64 bits")
        case .noNumber: break
        }
      }
      guard let number = Numbers.float(text), number.isFinite else { return otherwise }
      return try truncated(number)
    default: return otherwise
    }
  }

  private func rounded(
    _ value: Value, _ precision: Int, _ method: Text
  ) throws(TemplateError) -> Value {
    if case .undefined(let undefined) = value { throw failure(undefined.message) }
    guard let number = Number(value) else { throw failure("round is for numbers") }
    if method == "common" {
      switch number {
      case .float(let number): return .float(Numbers.rounded(number, precision))
      case .integer(let number):
        guard precision < 0 else { return .integer(number) }
        guard precision > -19 else { return .integer(0) }
        let unit = (0..<(-precision)).reduce(1) { scale, _ in scale * 10 }
        var (quotient, rest) = (number / unit, (number % unit).magnitude)
        if rest * 2 > UInt(unit) || rest * 2 == UInt(unit) && quotient % 2 != 0 {
          quotient += number < 0 ? -1 : 1
        }
        rest = 0
        return try binary(.multiply, .integer(quotient), .integer(unit))
      }
    }
    guard method == "ceil" || method == "floor" else {
      throw failure("round knows the methods common, ceil and floor")
    }
    let scale = try binary(.power, .integer(10), .integer(precision))
    let scaled = try binary(.multiply, value, scale)
    let whole: Value
    if case .float(let number) = scaled {
      guard
        let rounded = Int(exactly: number.rounded(method == "ceil" ? .up : .down))
      else { throw failure("a whole number beyond 64 bits") }
      whole = .integer(rounded)
    } else {
      whole = scaled
    }
    return try binary(.divide, whole, scale)
  }

  private func fileSize(_ value: Value, isBinary: Bool) throws(TemplateError) -> Text {
    let number: Double
    if case .text(let text) = value, let read = Numbers.float(text) {
      number = read
    } else if let read = Number(value) {
      number = read.double
    } else {
      throw failure("a \(value.typeName) is no size of a file")
    }
    let base: Double = isBinary ? 1024 : 1000
    if number == 1 { return "1 Byte" }
    if number < base {
      guard let whole = Int(exactly: number.rounded(.towardZero)) else {
        throw failure("a size beyond 64 bits")
      }
      return Text("\(whole) Bytes")
    }
    guard number.isFinite else { throw failure("a size that is no number") }
    let prefixes =
      isBinary
      ? ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"]
      : ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"]
    var unit = base
    for (index, prefix) in prefixes.enumerated() {
      unit *= base
      if number < unit || index == prefixes.count - 1 {
        return Text(Numbers.formatted(base * number / unit, "f", precision: 1) + " \(prefix)")
      }
    }
    return .empty
  }
}
