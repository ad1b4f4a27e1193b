import Foundation

extension Interpreter {
  func call(_ callee: Value, _ arguments: CallArguments) throws(TemplateError) -> Value {
    switch callee {
    case .undefined(let undefined): throw failure(undefined.message)
    case .object(let object):
      switch object {
      case let macro as MacroObject: return try call(macro, arguments)
      case let method as MethodObject: return try call(method, arguments)
      case let function as FunctionObject: return try call(function, arguments)
      case let loop as LoopObject:
        let values = try bind("loop", ["iterable"], arguments, required: 1)
        guard let recurse = loop.recurse else {
          throw failure("only a loop marked \"recursive\" can be called")
        }
        return try recurse(values[0] ?? .none, loop.depth0 + 1)
      case let joiner as JoinerObject:
        guard joiner.wasUsed else {
          joiner.wasUsed = true
          return .text(.empty)
        }
        return joiner.separator
      default: break
      }
    default: break
    }
    throw failure("a \(callee.typeName) cannot be called")
  }

  /// Arguments in the order of the parameters, nil where none is given.
  func bind(
    _ name: String, _ parameters: [String], _ arguments: CallArguments, required: Int = 0
  ) throws(TemplateError) -> [Value?] {
    guard arguments.positional.count <= parameters.count else {
      throw failure("\(name) takes no more than \(parameters.count) arguments")
    }
    var values: [Value?] = arguments.positional.map { $0 }
    values += Array(repeating: nil, count: parameters.count - values.count)
    for each in arguments.named {
      guard let index = parameters.firstIndex(of: each.name) else {
        throw failure("\(name) has no parameter \(Shown.text(each.name))")
      }
      guard values[index] == nil else {
        throw failure("\(name) is given \(Shown.text(each.name)) twice")
      }
      values[index] = each.value
    }
    for index in 0..<required where values[index] == nil {
      throw failure("\(name) needs \(Shown.text(parameters[index]))")
    }
    return values
  }

  func integer(_ value: Value?, _ what: String) throws(TemplateError) -> Int? {
    switch value {
    case nil: return nil
    case .integer(let value)?: return value
    case .boolean(let value)?: return value ? 1 : 0
    case .undefined(let undefined)?: throw failure(undefined.message)
    case let value?: throw failure("\(what) must be a whole number, not a \(value.typeName)")
    }
  }

  func textArgument(_ value: Value?, _ what: String) throws(TemplateError) -> Text? {
    switch value {
    case nil: return nil
    case .text(let text)?: return text
    case .undefined(let undefined)?: throw failure(undefined.message)
    case let value?: throw failure("\(what) must be a text, not a \(value.typeName)")
    }
  }

  private func call(
    _ function: FunctionObject, _ arguments: CallArguments
  ) throws(TemplateError) -> Value {
    let name = function.name.rawValue
    switch function.name {
    case .range: return try range(arguments)
    case .dict: return .mapping(try mapping(arguments))
    case .namespace:
      let attributes = try mapping(arguments)
      for case .text(let key) in attributes.keys where key.bytes.first == UInt8(ascii: "_") {
        throw failure("an attribute of a namespace may not begin with an underscore")
      }
      return try namespace(attributes)
    case .cycler:
      guard !arguments.positional.isEmpty, arguments.named.isEmpty else {
        throw failure("cycler needs something to go through")
      }
      return try object(CyclerObject(arguments.positional))
    case .joiner:
      let values = try bind(name, ["sep"], arguments)
      return try object(JoinerObject(values[0] ?? .text(", ")))
    case .raiseException:
      let values = try bind(name, ["message"], arguments, required: 1)
      let message = try printed(values[0] ?? .none).string
      throw .raised(source.place(at: here), message: message)
    case .strftimeNow:
      let values = try bind(name, ["format"], arguments, required: 1)
      return try text(
        try formattedDate(try textArgument(values[0], "a format of a date") ?? .empty))
    }
  }

  private func range(_ arguments: CallArguments) throws(TemplateError) -> Value {
    guard arguments.named.isEmpty, (1...3).contains(arguments.positional.count) else {
      throw failure("range takes one to three numbers")
    }
    var numbers: [Int] = []
    for value in arguments.positional {
      numbers.append(try integer(value, "what range is given") ?? 0)
    }
    let start = numbers.count > 1 ? numbers[0] : 0
    let stop = numbers.count > 1 ? numbers[1] : numbers[0]
    let step = numbers.count > 2 ? numbers[2] : 1
    guard step != 0 else { throw failure("the step of a range must not be 0") }
    // In steps of distance, which 64 bits hold without a sign.
    let isEmpty = step > 0 ? start >= stop : start <= stop
    let distance = step > 0 ? UInt(bitPattern: stop &- start) : UInt(bitPattern: start &- stop)
    let count = isEmpty ? 0 : (distance - 1) / step.magnitude + 1
    guard count <= UInt(TemplateLimits.range) else {
      throw limit("a range of more than \(TemplateLimits.range) numbers")
    }
    try reserve(elements: 4)
    return .object(RangeObject(start: start, stop: stop, step: step, count: Int(count)))
  }

  /// What `dict(…)` makes of its arguments.
  private func mapping(_ arguments: CallArguments) throws(TemplateError) -> Mapping {
    guard arguments.positional.count <= 1 else { throw failure("dict takes one mapping") }
    let mapping = Mapping()
    switch arguments.positional.first {
    case nil: break
    case .mapping(let other)?:
      for (key, value) in zip(other.keys, other.values) { try set(key, to: value, in: mapping) }
    case let pairs?:
      for pair in try collect(pairs) {
        let values = try collect(pair)
        guard values.count == 2 else { throw failure("dict takes pairs of a key and a value") }
        try set(values[0], to: values[1], in: mapping)
      }
    }
    for each in arguments.named { try set(.text(each.name), to: each.value, in: mapping) }
    return mapping
  }

  private func formattedDate(_ format: Text) throws(TemplateError) -> Text {
    // %f, %z and %Z are Python's own, whose time has no zone.
    var pattern = ""
    var isDirective = false
    for character in format.string.unicodeScalars {
      if isDirective {
        isDirective = false
        switch character {
        case "f":
          let fraction = now.timeIntervalSince1970 - now.timeIntervalSince1970.rounded(.down)
          let digits = String(min(999_999, Int((fraction * 1_000_000).rounded())))
          pattern += String(repeating: "0", count: 6 - digits.count) + digits
        case "z", "Z": break
        case "s": throw failure("a date in seconds depends on the machine")
        default: pattern += "%" + String(character)
        }
      } else if character == "%" {
        isDirective = true
      } else if character == "\0" {
        throw failure("a format of a date holds a null character")
      } else {
        pattern.unicodeScalars.append(character)
      }
    }
    if isDirective { pattern += "%" }
    guard pattern.utf8.count <= 4096 else { throw limit("a format of a date above 4096 bytes") }
    guard abs(now.timeIntervalSince1970) < 1e12 else { throw failure("a date that is no date") }
    var seconds = time_t(now.timeIntervalSince1970.rounded(.down))
    var parts = tm()
    gmtime_r(&seconds, &parts)
    // A mark behind the format tells an empty date from one that does not fit.
    var buffer = [CChar](repeating: 0, count: 65536)
    let count = strftime(&buffer, buffer.count, pattern + ".", &parts)
    guard count > 0 else { throw limit("a date above 65536 bytes") }
    return Text(bytes: buffer[..<(count - 1)].map { UInt8(bitPattern: $0) })
  }
}
