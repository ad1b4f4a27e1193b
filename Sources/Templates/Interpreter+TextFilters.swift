extension Interpreter {
  func textFilter(
    _ filter: FilterName, _ value: Value, _ given: CallArguments
  ) throws(TemplateError) -> Value {
    let name = "the filter \"\(filter.rawValue)\""
    let text = try softText(value)
    try work(text.bytes.count)
    switch filter {
    case .upper, .lower, .capitalize, .title, .wordcount:
      _ = try bind(name, [], given)
      try reserve(text.bytes.count * 2)
      switch filter {
      case .upper: return try self.text(text.uppercased)
      case .lower: return try self.text(text.lowercased)
      case .capitalize: return try self.text(text.capitalized)
      case .title: return try self.text(text.wordsCapitalized)
      default: return .integer(words(in: text))
      }
    case .trim:
      let given = try bind(name, ["chars"], given)
      var characters: Text?
      if let value = given[0], case .none = value {
      } else {
        characters = try textArgument(given[0], "what is trimmed")
      }
      return .text(text.stripped(.both, of: characters))
    case .center:
      let width = try integer(try bind(name, ["width"], given)[0], "a width") ?? 80
      return .text(try centered(text, width, " "))
    case .replace:
      let given = try bind(name, ["old", "new", "count"], given, required: 2)
      var most = -1
      if let value = given[2], case .none = value {
      } else {
        most = try integer(given[2], "a count") ?? -1
      }
      let old = try printed(given[0] ?? .none)
      let new = try printed(given[1] ?? .none)
      return .text(try replaced(Text(bytes: text.bytes), old, by: new, most))
    case .indent: return .text(try indented(value, given, name))
    case .truncate: return try truncated(value, given, name)
    default: return .text(try encoded(value, given, name))
    }
  }

  private func words(in text: Text) -> Int {
    var count = 0
    var wasWord = false
    for scalar in text.string.unicodeScalars {
      let isWord = Characters.isWord(scalar)
      if isWord, !wasWord { count += 1 }
      wasWord = isWord
    }
    return count
  }

  private func indented(
    _ value: Value, _ given: CallArguments, _ name: String
  ) throws(TemplateError) -> Text {
    guard case .text(let text) = value else {
      if case .undefined(let undefined) = value { throw failure(undefined.message) }
      throw failure("indent is for texts, not for a \(value.typeName)")
    }
    let given = try bind(name, ["width", "first", "blank"], given)
    let indentation: Text
    if case .text(let own)? = given[0] {
      indentation = own
    } else {
      let width = max(0, try integer(given[0], "a width") ?? 4)
      try reserve(width)
      indentation = Text(String(repeating: " ", count: width))
    }
    let takesBlank = given[2]?.isTrue ?? false
    // The newline behind keeps a last empty line.
    let lines = Text(bytes: text.bytes + [UInt8(ascii: "\n")]).lines()
    try reserve(elements: lines.count)
    var pieces: [Text] = []
    var size = 0
    for (index, line) in lines.enumerated() {
      let isIndented =
        index == 0 ? given[1]?.isTrue ?? false : takesBlank || !line.bytes.isEmpty
      size += line.bytes.count + (isIndented ? indentation.bytes.count : 0)
      try allow(size)
      pieces.append(isIndented ? Text(bytes: indentation.bytes + line.bytes) : line)
    }
    return try joined(pieces, by: "\n", isMarkup: text.isMarkup)
  }

  private func truncated(
    _ value: Value, _ given: CallArguments, _ name: String
  ) throws(TemplateError) -> Value {
    let given = try bind(name, ["length", "killwords", "end", "leeway"], given)
    let length = try integer(given[0], "a length") ?? 255
    let end = try textArgument(given[2], "an ending") ?? "..."
    var leeway = 5
    if let value = given[3], case .none = value {
    } else {
      leeway = try integer(given[3], "a leeway") ?? 5
    }
    guard length >= end.count, leeway >= 0 else {
      throw failure("truncate to less than its ending, or with a negative leeway")
    }
    let (most, isTooLarge) = length.addingReportingOverflow(leeway)
    if isTooLarge { return value }
    if try self.length(of: value) <= most { return value }
    guard case .text(let text) = value else { throw failure("truncate is for texts") }
    let kept = Text(text.scalars.prefix(length - end.count), isMarkup: text.isMarkup)
    if given[1]?.isTrue ?? false { return try binary(.add, .text(kept), .text(end)) }
    let pieces = kept.piecesFromRight(between: " ", 1)
    return try binary(.add, .text(pieces[0]), .text(end))
  }

  private func encoded(
    _ value: Value, _ given: CallArguments, _ name: String
  ) throws(TemplateError) -> Text {
    _ = try bind(name, [], given)
    var pairs: [Value]
    switch value {
    case .mapping(let mapping): pairs = try collect(.object(MappingView(mapping, .items)))
    case .text: return try percentEncoded(try printed(value), isQuery: false)
    default:
      guard try iterator(over: value) != nil else {
        return try percentEncoded(try printed(value), isQuery: false)
      }
      pairs = try collect(value)
    }
    var pieces: [Text] = []
    for pair in pairs {
      let parts = try collect(pair)
      guard parts.count == 2 else { throw failure("urlencode takes pairs of a key and a value") }
      let key = try percentEncoded(try printed(parts[0]), isQuery: true)
      let value = try percentEncoded(try printed(parts[1]), isQuery: true)
      pieces.append(Text(bytes: key.bytes + [UInt8(ascii: "=")] + value.bytes))
    }
    return try joined(pieces, by: "&")
  }

  private func percentEncoded(_ text: Text, isQuery: Bool) throws(TemplateError) -> Text {
    try reserve(text.bytes.count * 3)
    var bytes: [UInt8] = []
    for byte in text.bytes {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
      case UInt8(ascii: "/") where !isQuery: bytes.append(byte)
      case UInt8(ascii: " ") where isQuery: bytes.append(UInt8(ascii: "+"))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        bytes += (digits.utf8.count == 1 ? "%0" : "%").utf8
        bytes += digits.utf8
      }
    }
    return Text(bytes: bytes)
  }
}
