/// A JSON value as files and servers of others hold it.
///
/// Objects keep the order of the file and the position of each member, so that a mistake in a
/// field can be named by line and column.
public indirect enum JSONValue: Equatable, Sendable {
  case null
  case boolean(Bool)
  /// A number without fraction or exponent that fits 64 bits.
  case integer(Int)
  /// Any other number; finite but in what was read leniently.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  /// Reads bytes that hold one value and nothing else; a byte order mark in front is passed over.
  public init(parsing bytes: [UInt8]) throws(JSONError) { self = try JSONParser.parse(bytes) }

  /// Texts are equal only where their bytes are.
  public static func == (first: JSONValue, second: JSONValue) -> Bool {
    switch (first, second) {
    case (.null, .null): true
    case (.boolean(let one), .boolean(let other)): one == other
    case (.integer(let one), .integer(let other)): one == other
    case (.number(let one), .number(let other)): one == other
    case (.string(let one), .string(let other)): ByteText(one) == ByteText(other)
    case (.array(let one), .array(let other)): one == other
    case (.object(let one), .object(let other)): one == other
    default: false
    }
  }

  public var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  public var integer: Int? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// An integer or a number.
  public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  public var boolean: Bool? {
    if case .boolean(let value) = self { value } else { nil }
  }

  public var array: [JSONValue]? {
    if case .array(let values) = self { values } else { nil }
  }

  public var object: JSONObject? {
    if case .object(let members) = self { members } else { nil }
  }

  /// What the value is, in a message: `a text`, `a number`, `null`.
  public var kind: String {
    switch self {
    case .null: "null"
    case .boolean: "a truth value"
    case .integer, .number: "a number"
    case .string: "a text"
    case .array: "a list"
    case .object: "an object"
    }
  }
}

/// The members of a JSON object in the order of the file; keys are distinct.
public struct JSONObject: Equatable, Sendable {
  public struct Member: Equatable, Sendable {
    public let key: String
    public let value: JSONValue
    /// Where the value begins.
    public let position: JSONPosition

    public init(key: String, value: JSONValue, position: JSONPosition) {
      self.key = key
      self.value = value
      self.position = position
    }

    public static func == (first: Member, second: Member) -> Bool {
      ByteText(first.key) == ByteText(second.key) && first.value == second.value
        && first.position == second.position
    }
  }

  public let members: [Member]

  public init(members: [Member]) {
    self.members = members
  }

  /// The value under a key; a linear search, since rows have few fields.
  public subscript(key: String) -> JSONValue? { member(key)?.value }

  /// The member under a key.
  public func member(_ key: String) -> Member? {
    members.first { ByteText($0.key) == ByteText(key) }
  }
}

/// A line and a column, both counted from 1; columns count bytes.
public struct JSONPosition: Equatable, Sendable {
  public let line: Int
  public let column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// Why bytes are not JSON, and where.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  public let position: JSONPosition
  /// Bytes from the start of what was parsed.
  public let offset: Int
  public let problem: String

  public var description: String { "\(position.line):\(position.column): \(problem)" }
}
