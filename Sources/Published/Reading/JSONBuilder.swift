import Corpus
import Runs

/// Objects for writing, members in the order given.
enum JSONBuilder {
  static func object(_ members: [(String, JSONValue?)]) -> JSONValue {
    .object(
      JSONObject(
        members: members.compactMap { key, value in
          value.map {
            JSONObject.Member(key: key, value: $0, position: JSONPosition(line: 1, column: 1))
          }
        }))
  }

  static func string(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

  static func number(_ value: Double?) -> JSONValue {
    value.map { $0.isFinite ? .number($0) : .null } ?? .null
  }

  /// A JSON list, one row a line.
  static func list(_ rows: [JSONValue]) -> String {
    rows.isEmpty ? "[]\n" : "[\n" + rows.map(JSONText.line).joined(separator: ",\n") + "\n]\n"
  }

  /// JSON Lines.
  static func lines(_ rows: [JSONValue]) -> String {
    rows.map { JSONText.line($0) + "\n" }.joined()
  }
}
