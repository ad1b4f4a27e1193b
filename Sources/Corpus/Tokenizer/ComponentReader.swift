import Runs

/// Reads one JSON object of `tokenizer.json` and names the place of whatever is wrong with it.
struct ComponentReader {
  let file: String
  /// Where the object stands: `pre_tokenizer.pretokenizers[1]`.
  let path: String
  let object: JSONObject

  init(file: String, path: String, value: JSONValue) throws(CorpusError) {
    self.file = file
    self.path = path
    guard let object = value.object else {
      throw CorpusError.tokenizer(
        file: file, problem: "\(path) is \(value.kind); it must be an object")
    }
    self.object = object
  }

  func failure(_ problem: String) -> CorpusError {
    .tokenizer(file: file, problem: path.isEmpty ? problem : "\(path): \(problem)")
  }

  var type: String? { object["type"]?.string }

  /// The object under a key; nil where it is missing or null.
  func child(_ key: String) throws(CorpusError) -> ComponentReader? {
    guard let value = object[key], value != .null else { return nil }
    return try ComponentReader(
      file: file, path: path.isEmpty ? key : "\(path).\(key)", value: value)
  }

  func children(_ key: String) throws(CorpusError) -> [ComponentReader] {
    var result: [ComponentReader] = []
    let values = try array(key)
    guard values.count <= 64 else { throw failure("\(key) holds more than 64 steps") }
    for (index, value) in values.enumerated() {
      result.append(
        try ComponentReader(file: file, path: "\(path).\(key)[\(index)]", value: value))
    }
    return result
  }

  func array(_ key: String) throws(CorpusError) -> [JSONValue] {
    guard let values = object[key]?.array else { throw failure("\(key) must be a list") }
    return values
  }

  func string(_ key: String) throws(CorpusError) -> String {
    guard let text = object[key]?.string else { throw failure("\(key) must be a text") }
    guard text.utf8.count <= 1024 else { throw failure("\(key) is longer than 1,024 bytes") }
    return text
  }

  /// A text, or nil where it is missing or null.
  func optionalString(_ key: String) throws(CorpusError) -> String? {
    switch object[key] {
    case nil, .null: nil
    default: try string(key)
    }
  }

  /// A single character.
  func character(_ key: String) throws(CorpusError) -> Unicode.Scalar {
    let text = try string(key)
    guard let first = text.unicodeScalars.first, text.unicodeScalars.count == 1 else {
      throw failure("\(key) must be one character")
    }
    return first
  }

  func bool(_ key: String, default fallback: Bool) throws(CorpusError) -> Bool {
    switch object[key] {
    case nil, .null: return fallback
    case .boolean(let value): return value
    default: throw failure("\(key) must be true or false")
    }
  }

  func count(_ key: String) throws(CorpusError) -> Int {
    guard let value = object[key]?.integer, (0...1_000_000).contains(value) else {
      throw failure("\(key) must be a whole number from 0 to 1,000,000")
    }
    return value
  }

  /// A pattern `{"String": …}` or `{"Regex": …}`.
  func matcher(_ key: String) throws(CorpusError) -> TextMatcher {
    guard let reader = try child(key) else { throw failure("\(key) is missing") }
    if let text = try reader.optionalString("String") {
      guard !text.isEmpty else { throw reader.failure("the text to look for is empty") }
      return .literal(Array(text.utf8))
    }
    guard let source = reader.object["Regex"]?.string else {
      throw reader.failure("expected a String or a Regex")
    }
    return .pattern(try pattern(source))
  }

  func pattern(_ source: String) throws(CorpusError) -> Pattern {
    do {
      return try Pattern(source)
    } catch {
      throw failure("the regular expression is refused: \(error.problem)")
    }
  }

  /// The error for a component that is not among the supported ones.
  func unsupported(_ what: String, supported: String) -> CorpusError {
    let name = type.map(Shown.text) ?? "without a type"
    return failure("\(what) \(name) is not supported; supported are \(supported)")
  }
}
