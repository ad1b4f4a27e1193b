extension Interpreter {
  func call(
    _ name: String, of text: Text, _ given: CallArguments
  ) throws(TemplateError) -> Value {
    try work(text.bytes.count)
    switch name {
    case "format":
      return try self.text(try braceFormat(text, given.positional, given.named))
    case "format_map":
      guard given.positional.count == 1, given.named.isEmpty,
        case .mapping(let mapping) = given.positional[0]
      else { throw failure("format_map takes one mapping") }
      var named: [(name: String, value: Value)] = []
      for case (.text(let key), let value) in zip(mapping.keys, mapping.values) {
        named.append((key.string, value))
      }
      return try self.text(try braceFormat(text, [], named))
    case "split", "rsplit": return try split(name, text, given)
    case "splitlines":
      let values = try bind(name, ["keepends"], given)
      let keeps = try integer(values[0], "keepends") ?? 0
      try reserve(text.bytes.count * 2)
      return try list(text.lines(keepingEnds: keeps != 0).map { .text($0) })
    default:
      let arguments = try positional(given, name).positional
      if let value = try strip(name, text, arguments) { return value }
      if let value = try inspect(name, text, arguments) { return value }
      return try change(name, text, arguments)
    }
  }

  private func check(
    _ arguments: [Value], _ name: String, _ range: ClosedRange<Int>
  ) throws(TemplateError) {
    guard range.contains(arguments.count) else {
      throw failure("\(name) does not take \(arguments.count) arguments")
    }
  }

  private func split(
    _ name: String, _ text: Text, _ given: CallArguments
  ) throws(TemplateError) -> Value {
    let values = try bind(name, ["sep", "maxsplit"], given)
    let most = try integer(values[1], "maxsplit") ?? -1
    var separator: Text?
    if let value = values[0], case .none = value {
    } else {
      separator = try textArgument(values[0], "a separator")
    }
    try reserve(text.bytes.count * 2)
    let pieces: [Text]
    if let separator {
      guard !separator.bytes.isEmpty else { throw failure("a separator must not be empty") }
      pieces =
        name == "split"
        ? text.pieces(between: separator, most) : text.piecesFromRight(between: separator, most)
    } else {
      pieces = text.words(most, fromRight: name == "rsplit")
    }
    return try list(pieces.map { .text($0) })
  }

  private func strip(
    _ name: String, _ text: Text, _ arguments: [Value]
  ) throws(TemplateError) -> Value? {
    let side: Text.Side
    switch name {
    case "strip": side = .both
    case "lstrip": side = .left
    case "rstrip": side = .right
    default: return nil
    }
    try check(arguments, name, 0...1)
    var characters: Text?
    if let value = arguments.first, case .none = value {
    } else {
      characters = try textArgument(arguments.first, "what is stripped")
    }
    return try self.text(text.stripped(side, of: characters))
  }

  // MARK: Questions

  private func inspect(
    _ name: String, _ text: Text, _ arguments: [Value]
  ) throws(TemplateError) -> Value? {
    switch name {
    case "startswith", "endswith":
      try check(arguments, name, 1...3)
      let part = try window(text, arguments).part
      let affixes: [Value]
      if case .tuple(let items) = arguments[0] {
        affixes = items.values
      } else {
        affixes = [arguments[0]]
      }
      for affix in affixes {
        let affix = try textArgument(affix, "what \(name) is given") ?? .empty
        guard let part else { continue }
        if name == "startswith" ? part.hasPrefix(affix) : part.hasSuffix(affix) {
          return .boolean(true)
        }
      }
      return .boolean(false)
    case "find", "rfind", "index", "rindex", "count":
      try check(arguments, name, 1...3)
      return try search(name, text, arguments)
    default: break
    }
    let answer: Bool
    switch name {
    case "isalnum": answer = text.isAll(Characters.isAlphanumeric)
    case "isalpha": answer = text.isAll(Characters.isLetter)
    case "isascii": answer = text.bytes.allSatisfy { $0 < 0x80 }
    case "isdecimal": answer = text.isAll(Characters.isDecimal)
    case "isdigit": answer = text.isAll(Characters.isDigit)
    case "isnumeric": answer = text.isAll(Characters.isNumeric)
    case "isspace": answer = text.isAll(Characters.isSpace)
    case "islower": answer = text.isCased(Characters.isLowercase)
    case "isupper": answer = text.isCased(Characters.isUppercase)
    case "istitle": answer = text.isTitlecased
    case "isprintable": answer = text.string.unicodeScalars.allSatisfy(Characters.isPrintable)
    case "isidentifier":
      let first = text.string.unicodeScalars.first
      answer =
        (first == "_" || first?.properties.isXIDStart == true)
        && text.isAll { $0.properties.isXIDContinue }
    default: return nil
    }
    try check(arguments, name, 0...0)
    return .boolean(answer)
  }

  /// The part between the second and the third argument; nil when it begins behind the text's end.
  private func window(
    _ text: Text, _ arguments: [Value]
  ) throws(TemplateError) -> (part: Text?, start: Int) {
    guard arguments.count > 1 else { return (text, 0) }
    let count = text.count
    func place(_ index: Int, _ otherwise: Int) throws(TemplateError) -> Int {
      guard arguments.count > index else { return otherwise }
      if case .none = arguments[index] { return otherwise }
      let value = try integer(arguments[index], "a place in a text") ?? otherwise
      return value < 0 ? max(0, value < -count ? 0 : value + count) : value
    }
    let start = try place(1, 0)
    let end = min(count, try place(2, count))
    guard start <= end else { return (nil, start) }
    let bounds = Bounds(start: .integer(start), stop: .integer(end), step: nil)
    guard case .text(let part) = try slice(.text(text), bounds) else { return (nil, start) }
    return (part, start)
  }

  private func search(
    _ name: String, _ text: Text, _ arguments: [Value]
  ) throws(TemplateError) -> Value {
    let wanted = try textArgument(arguments[0], "what \(name) looks for") ?? .empty
    let (part, start) = try window(text, arguments)
    if name == "count" {
      guard let part else { return .integer(0) }
      if wanted.bytes.isEmpty { return .integer(part.count + 1) }
      return .integer(part.pieces(between: wanted, -1).count - 1)
    }
    let isLast = name.first == "r"
    if let part,
      let offset = isLast
        ? part.lastOffset(of: wanted, before: part.bytes.count) : part.firstOffset(of: wanted)
    {
      return .integer(start + part[0..<offset].count)
    }
    if name.hasSuffix("index") { throw failure("the text does not occur") }
    return .integer(-1)
  }

  // MARK: Changes

  private func change(
    _ name: String, _ text: Text, _ arguments: [Value]
  ) throws(TemplateError) -> Value {
    switch name {
    case "upper", "lower", "capitalize", "title", "swapcase", "casefold":
      try check(arguments, name, 0...0)
      return try self.text(try recased(name, text))
    case "replace":
      try check(arguments, name, 2...3)
      let old = try textArgument(arguments[0], "what is replaced") ?? .empty
      var new = try textArgument(arguments[1], "a replacement") ?? .empty
      if text.isMarkup { new = try escaped(new) }
      let most = try integer(arguments.count > 2 ? arguments[2] : nil, "a count") ?? -1
      return .text(try replaced(text, old, by: new, most))
    case "join": return try join(text, arguments)
    case "removeprefix", "removesuffix":
      try check(arguments, name, 1...1)
      let affix = try textArgument(arguments[0], "what \(name) is given") ?? .empty
      let count = text.bytes.count
      if name == "removeprefix" {
        return try self.text(text.hasPrefix(affix) ? text[affix.bytes.count..<count] : text)
      }
      return try self.text(text.hasSuffix(affix) ? text[0..<count - affix.bytes.count] : text)
    case "partition", "rpartition": return try partition(name, text, arguments)
    case "center", "ljust", "rjust", "zfill", "expandtabs":
      return .text(try widened(name, text, arguments))
    default: throw failure("the method \(Shown.text(name)) is not supported")
    }
  }

  private func recased(_ name: String, _ text: Text) throws(TemplateError) -> Text {
    try reserve(text.bytes.count * 2)
    switch name {
    case "upper": return text.uppercased
    case "lower": return text.lowercased
    case "capitalize": return text.capitalized
    case "title": return text.titlecased
    case "swapcase": return text.swappedCase
    default:
      // Foundation folds diacritics along; upper and lower case give the same for nearly all.
      return text.lowercased.replacingSharpS
    }
  }

  private func join(_ text: Text, _ arguments: [Value]) throws(TemplateError) -> Value {
    try check(arguments, "join", 1...1)
    var pieces: [Text] = []
    for value in try collect(arguments[0]) {
      if text.isMarkup {
        pieces.append(try escaped(try softText(value)))
      } else if case .text(let piece) = value {
        pieces.append(piece)
      } else {
        throw failure("join takes texts, not a \(value.typeName)")
      }
    }
    return .text(try joined(pieces, by: text, isMarkup: text.isMarkup))
  }

  private func partition(
    _ name: String, _ text: Text, _ arguments: [Value]
  ) throws(TemplateError) -> Value {
    try check(arguments, name, 1...1)
    let separator = try textArgument(arguments[0], "a separator") ?? .empty
    guard !separator.bytes.isEmpty else { throw failure("a separator must not be empty") }
    try reserve(text.bytes.count)
    let isLast = name == "rpartition"
    let empty = Text(bytes: [], isMarkup: text.isMarkup)
    guard
      let offset = isLast
        ? text.lastOffset(of: separator, before: text.bytes.count)
        : text.firstOffset(of: separator)
    else {
      return try tuple((isLast ? [empty, empty, text] : [text, empty, empty]).map { .text($0) })
    }
    let end = offset + separator.bytes.count
    return try tuple(
      [text[0..<offset], text[offset..<end], text[end..<text.bytes.count]].map { .text($0) })
  }

  private func widened(
    _ name: String, _ text: Text, _ arguments: [Value]
  ) throws(TemplateError) -> Text {
    let least = name == "expandtabs" ? 0 : 1
    try check(arguments, name, least...(name == "zfill" || name == "expandtabs" ? 1 : 2))
    let width = try integer(arguments.first, "a width") ?? 8
    if name == "expandtabs" { return try expanded(text, width) }
    if name == "zfill" {
      let sign = text.bytes.first.map { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
      let head = sign == true ? text[0..<1] : Text(bytes: [], isMarkup: text.isMarkup)
      let rest = text[head.bytes.count..<text.bytes.count]
      let (room, isTooSmall) = width.subtractingReportingOverflow(head.bytes.count)
      let filled = try padded(rest, to: isTooSmall ? 0 : room, with: "0") { $0 }
      return Text(bytes: head.bytes + filled.bytes, isMarkup: text.isMarkup)
    }
    var fill = try textArgument(arguments.count > 1 ? arguments[1] : nil, "what fills up") ?? " "
    if text.isMarkup { fill = try escaped(fill) }
    switch name {
    case "ljust": return try padded(text, to: width, with: fill) { _ in 0 }
    case "rjust": return try padded(text, to: width, with: fill) { $0 }
    default: return try centered(text, width, fill)
    }
  }

  private func expanded(_ text: Text, _ width: Int) throws(TemplateError) -> Text {
    let tabs = text.bytes.count { $0 == UInt8(ascii: "\t") }
    let (spaces, isTooLarge) = tabs.multipliedReportingOverflow(by: max(0, width))
    try reserve(isTooLarge ? Int.max : spaces)
    var bytes: [UInt8] = []
    var column = 0
    for scalar in text.string.unicodeScalars {
      if scalar == "\t" {
        guard width > 0 else { continue }
        let count = width - column % width
        bytes += Array(repeating: UInt8(ascii: " "), count: count)
        column += count
      } else {
        Text.append(scalar, to: &bytes)
        column = scalar == "\n" || scalar == "\r" ? 0 : column + 1
      }
    }
    return Text(bytes: bytes, isMarkup: text.isMarkup)
  }
}

extension Text {
  fileprivate var replacingSharpS: Text {
    var bytes: [UInt8] = []
    for scalar in string.unicodeScalars {
      switch scalar {
      case "ß": bytes += "ss".utf8
      case "ς": bytes += "σ".utf8
      default: Text.append(scalar, to: &bytes)
      }
    }
    return Text(bytes: bytes, isMarkup: isMarkup)
  }
}
