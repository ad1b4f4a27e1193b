import CYAML

/// Builds nodes from libyaml's events, which carry the line and column of everything.
///
/// Bounds: 64 levels and 100,000 nodes with aliases expanded, so that a few lines of nested
/// aliases cannot ask for gigabytes.
struct YAMLReader {
  static let depthLimit = 64
  static let nodeLimit = 100_000

  /// How places are named: by the file, or by the override that is being parsed.
  enum Origin {
    case file(name: String)
    case override(String)
  }

  private let origin: Origin
  private var anchors: [String: RecipeNode] = [:]
  private var nodes = 0
  private(set) var mistakes: [RecipeError.Mistake] = []

  init(origin: Origin) {
    self.origin = origin
  }

  /// Parses one document; an empty text gives an empty value.
  mutating func read(_ bytes: [UInt8]) throws(RecipeError) -> RecipeNode {
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else {
      throw RecipeError(nil, "no memory for the YAML parser")
    }
    defer { yaml_parser_delete(&parser) }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
    // libyaml keeps the pointer, so the buffer must outlive the whole parse.
    let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, bytes.count))
    defer { copy.deallocate() }
    _ = copy.initialize(from: bytes)
    yaml_parser_set_input_string(&parser, copy.baseAddress, bytes.count)

    var root = RecipeNode(content: .scalar(text: "", quoted: false), place: place(0, 0))
    var documents = 0
    while true {
      let event = try next(&parser, bytes)
      switch event.kind {
      case .documentStart:
        documents += 1
        if documents > 1 {
          throw RecipeError(event.place, "a second document starts here; keep one in a file")
        }
      case .documentEnd, .other: continue
      case .end: return root
      default: root = try node(event, &parser, bytes, depth: 1)
      }
    }
  }

  private mutating func node(
    _ event: YAMLEvent, _ parser: inout yaml_parser_t, _ bytes: [UInt8], depth: Int
  ) throws(RecipeError) -> RecipeNode {
    guard depth <= Self.depthLimit else {
      throw RecipeError(event.place, "nested deeper than \(Self.depthLimit) levels")
    }
    var result: RecipeNode
    switch event.kind {
    case .alias(let name):
      guard let target = anchors[name] else {
        throw RecipeError(event.place, "alias *\(Quoted.plain(name)) has no anchor before it")
      }
      try count(target.size, at: event.place)
      return target
    case .scalar(let text, let quoted):
      result = RecipeNode(content: .scalar(text: text, quoted: quoted), place: event.place)
    case .sequenceStart:
      result = try sequence(event, &parser, bytes, depth: depth)
    case .mappingStart:
      result = try mapping(event, &parser, bytes, depth: depth)
    default:
      throw RecipeError(event.place, "expected a value here")
    }
    try count(1, at: event.place)
    if let anchor = event.anchor { anchors[anchor] = result }
    return result
  }

  private mutating func sequence(
    _ start: YAMLEvent, _ parser: inout yaml_parser_t, _ bytes: [UInt8], depth: Int
  ) throws(RecipeError) -> RecipeNode {
    var items: [RecipeNode] = []
    var size = 1
    while true {
      let event = try next(&parser, bytes)
      if case .sequenceEnd = event.kind { break }
      let item = try node(event, &parser, bytes, depth: depth + 1)
      size += item.size
      items.append(item)
    }
    return RecipeNode(content: .sequence(items), place: start.place, size: size)
  }

  private mutating func mapping(
    _ start: YAMLEvent, _ parser: inout yaml_parser_t, _ bytes: [UInt8], depth: Int
  ) throws(RecipeError) -> RecipeNode {
    var entries: [RecipeNode.Entry] = []
    var seen: [String: RecipePlace] = [:]
    var size = 1
    while true {
      let event = try next(&parser, bytes)
      if case .mappingEnd = event.kind { break }
      guard case .scalar(let key, let quoted) = event.kind else {
        throw RecipeError(event.place, "a key must be plain text, not a list, mapping or alias")
      }
      if key == "<<", !quoted {
        throw RecipeError(event.place, "merge keys (<<) are not supported; write the keys out")
      }
      let value = try node(try next(&parser, bytes), &parser, bytes, depth: depth + 1)
      size += value.size + 1
      if let first = seen[key] {
        mistakes.append(
          RecipeError.Mistake(
            place: event.place,
            message: "key \(Quoted.text(key)) is written twice; first at \(first)"))
        continue
      }
      seen[key] = event.place
      entries.append(RecipeNode.Entry(key: key, keyPlace: event.place, value: value))
    }
    return RecipeNode(content: .mapping(entries), place: start.place, size: size)
  }

  private mutating func count(_ more: Int, at place: RecipePlace) throws(RecipeError) {
    nodes += more
    guard nodes <= Self.nodeLimit else {
      throw RecipeError(
        place, "more than \(Self.nodeLimit) values, aliases counted each time they are used")
    }
  }

  private func place(_ line: Int, _ column: Int) -> RecipePlace {
    switch origin {
    case .file(let name): .file(name: name, line: line + 1, column: column + 1)
    case .override(let text): .override(text)
    }
  }

  private func next(
    _ parser: inout yaml_parser_t, _ bytes: [UInt8]
  ) throws(RecipeError) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(&parser, &event) == 1 else { throw syntaxError(parser, bytes) }
    defer { yaml_event_delete(&event) }
    let start = event.start_mark
    let place = place(Int(start.line), Int(start.column))
    guard let read = YAMLEvent(event, place: place) else {
      throw RecipeError(place, "this tag is not supported; write the value without a tag")
    }
    return read
  }

  private func syntaxError(_ parser: yaml_parser_t, _ bytes: [UInt8]) -> RecipeError {
    let problem = parser.problem.map { String(cString: $0) } ?? "unreadable"
    let mark = parser.problem_mark
    if parser.error == YAML_READER_ERROR {
      let before = bytes.prefix(Int(parser.problem_offset))
      let line = before.count { $0 == UInt8(ascii: "\n") }
      let column = before.count - (before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0)
      return RecipeError(place(line, column), "not YAML: \(problem)")
    }
    let context = parser.context.map { " \(String(cString: $0))" } ?? ""
    let advice =
      problem.contains("cannot start any token") && atTab(bytes, Int(mark.index))
      ? "; indent with spaces, not tabs" : ""
    return RecipeError(
      place(Int(mark.line), Int(mark.column)), "not YAML: \(problem)\(context)\(advice)")
  }

  /// Whether the character at a character index is a tab.
  private func atTab(_ bytes: [UInt8], _ index: Int) -> Bool {
    var characters = 0
    for byte in bytes where byte & 0xC0 != 0x80 {
      if characters == index { return byte == UInt8(ascii: "\t") }
      characters += 1
    }
    return false
  }
}
