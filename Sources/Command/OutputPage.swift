import Runs
import Synchronization

/// What one page of Markdown, LaTeX or CSV has to remember while it is printed.
final class OutputPage: Sendable {
  private struct State {
    /// A paragraph or a table begins only after an empty line.
    var isBlank = true
    var columns: [String] = []
    var rows: [[String: String]] = []
  }

  private let state = Mutex(State())

  /// A sentence by itself; an empty one ends what stands before it.
  func paragraph(_ text: String) -> String { block(text.isEmpty ? [] : [text]) }

  /// Lines that belong together, with one empty line before them.
  func block(_ lines: [String]) -> String {
    state.withLock { state in
      let isFirst = state.isBlank
      if lines.isEmpty { return "" }
      state.isBlank = false
      return (isFirst ? "" : "\n") + lines.joined(separator: "\n") + "\n"
    }
  }

  // MARK: CSV

  /// A record, for the table at the end: only then all columns are known.
  func keep(_ line: String) {
    guard let record = (try? JSONValue(parsing: Array(line.utf8)))?.object else { return }
    var row: [(String, String)] = []
    Self.flatten(record, "", &row)
    state.withLock { state in
      for (key, _) in row where !state.columns.contains(key) { state.columns.append(key) }
      state.rows.append(Dictionary(row) { first, _ in first })
    }
  }

  /// All records that were kept, each in a row, under the keys of all of them; empty where there are none.
  var table: String {
    state.withLock { state in
      guard !state.rows.isEmpty else { return "" }
      // What a row is stands first.
      let kinds = state.columns.filter { $0 == "kind" }
      let columns = kinds + state.columns.filter { $0 != "kind" }
      let rows = state.rows.map { row in CSVText.row(columns.map { row[$0] ?? "" }) }
      state.rows = []
      return CSVText.row(columns) + rows.joined()
    }
  }

  /// Members of members get the key of both: `estimate_low`. Lists are JSON.
  private static func flatten(
    _ object: JSONObject, _ prefix: String, _ row: inout [(String, String)]
  ) {
    for member in object.members {
      let key = prefix + member.key
      switch member.value {
      case .null: row.append((key, ""))
      case .string(let text): row.append((key, ForeignText.printable(text, keepingLines: true)))
      case .object(let inner): flatten(inner, key + "_", &row)
      case .boolean, .integer, .number, .array: row.append((key, JSONText.line(member.value)))
      }
    }
  }
}
