import Corpus
import Runs

/// Reads the fields of one object, each missing or wrong one an error with its place.
struct FieldReader {
  let file: String
  /// Where the object begins.
  let position: JSONPosition
  let object: JSONObject
  /// Names the object inside the row: `games[1].`; empty for the row itself.
  let prefix: String

  init(_ record: Record) {
    file = record.file
    position = record.position
    object = record.object
    prefix = ""
  }

  init(file: String, position: JSONPosition, object: JSONObject, prefix: String) {
    self.file = file
    self.position = position
    self.object = object
    self.prefix = prefix
  }

  func string(_ key: String) throws(PublishedError) -> String {
    try required(key, "a text") { $0.string }
  }

  /// Nil where the field is absent or null.
  func optionalString(_ key: String) throws(PublishedError) -> String? {
    try optional(key, "a text or null") { $0.string }
  }

  func integer(_ key: String) throws(PublishedError) -> Int {
    try required(key, "a whole number") { Self.whole($0) }
  }

  func optionalInteger(_ key: String) throws(PublishedError) -> Int? {
    try optional(key, "a whole number or null") { Self.whole($0) }
  }

  func number(_ key: String) throws(PublishedError) -> Double {
    try required(key, "a number") { $0.number }
  }

  func optionalNumber(_ key: String) throws(PublishedError) -> Double? {
    try optional(key, "a number or null") { $0.number }
  }

  /// A text, or a whole number as text: identifiers are written both ways.
  func identifier(_ key: String) throws(PublishedError) -> String {
    try required(key, "a text or a whole number") { Self.identifier($0) }
  }

  func numbers(_ key: String) throws(PublishedError) -> [Double] {
    try required(key, "a list of numbers") { value in
      guard let values = value.array else { return nil }
      let numbers = values.compactMap(\.number)
      return numbers.count == values.count ? numbers : nil
    }
  }

  func strings(_ key: String) throws(PublishedError) -> [String] {
    try required(key, "a list of texts") { value in
      guard let values = value.array else { return nil }
      let texts = values.compactMap(\.string)
      return texts.count == values.count ? texts : nil
    }
  }

  /// One of the raw values of a type.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ type: Choice.Type
  ) throws(PublishedError) -> Choice where Choice.RawValue == String {
    let allowed = type.allCases.map(\.rawValue).joined(separator: ", ")
    return try required(key, "one of \(allowed)") { $0.string.flatMap { Choice(rawValue: $0) } }
  }

  func object(_ key: String) throws(PublishedError) -> FieldReader {
    let found = try required(key, "an object") { $0.object }
    return FieldReader(
      file: file, position: object.member(key)?.position ?? position, object: found,
      prefix: "\(prefix)\(key).")
  }

  func optionalObject(_ key: String) throws(PublishedError) -> FieldReader? {
    has(key) ? try object(key) : nil
  }

  /// The objects of a list.
  func objects(_ key: String) throws(PublishedError) -> [FieldReader] {
    let values = try required(key, "a list of objects") { value -> [JSONObject]? in
      guard let values = value.array else { return nil }
      let objects = values.compactMap(\.object)
      return objects.count == values.count ? objects : nil
    }
    let place = object.member(key)?.position ?? position
    return values.enumerated().map { index, object in
      FieldReader(
        file: file, position: object.members.first?.position ?? place, object: object,
        prefix: "\(prefix)\(key)[\(index)].")
    }
  }

  /// Whether the field is there and not null.
  func has(_ key: String) -> Bool { object[key].map { $0 != .null } ?? false }

  // MARK: Errors

  func wrong(_ key: String, _ problem: String, advice: String) -> PublishedError {
    .rows(
      [
        RowProblem(
          file: file, position: object.member(key)?.position ?? position, field: prefix + key,
          problem: problem, advice: advice)
      ], total: 1)
  }

  private func required<Value>(
    _ key: String, _ expected: String, _ convert: (JSONValue) -> Value?
  ) throws(PublishedError) -> Value {
    guard let value = object[key] else {
      throw wrong(key, "is missing", advice: "give it \(expected)")
    }
    guard let result = convert(value) else {
      throw wrong(key, "is \(Self.shown(value))", advice: "give \(expected)")
    }
    return result
  }

  private func optional<Value>(
    _ key: String, _ expected: String, _ convert: (JSONValue) -> Value?
  ) throws(PublishedError) -> Value? {
    guard has(key) else { return nil }
    return try required(key, expected, convert)
  }

  private static func shown(_ value: JSONValue) -> String {
    switch value {
    case .string(let text) where text.count <= 40: JSONText.line(.string(text))
    case .integer, .number, .boolean: JSONText.line(value)
    default: value.kind
    }
  }

  private static func whole(_ value: JSONValue) -> Int? {
    value.integer ?? value.number.flatMap { Int(exactly: $0) }
  }

  private static func identifier(_ value: JSONValue) -> String? {
    value.string ?? value.integer.map(String.init)
  }
}
