/// JSON to be placed inside a script block.
indirect enum JSONValue: Equatable, Sendable {
  case null
  case integer(Int)
  /// Written with the fewest digits that read back as the same number; not finite gives `null`.
  case number(Double?)
  case string(String)
  case array([JSONValue])
  /// Members in the order given.
  case object([(String, JSONValue)])

  static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.integer(let a), .integer(let b)): a == b
    case (.number(let a), .number(let b)): a == b
    case (.string(let a), .string(let b)): a == b
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)):
      a.count == b.count && zip(a, b).allSatisfy { $0.0 == $1.0 && $0.1 == $1.1 }
    default: false
    }
  }
}
