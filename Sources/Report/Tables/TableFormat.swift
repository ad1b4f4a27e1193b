import Foundation
import Runs

/// How a table is written.
public enum TableFormat: String, Sendable, CaseIterable {
  case latex, markdown, csv, json

  public func text(of table: PaperTable) -> String {
    switch self {
    case .latex: LaTeXTable(table: table).text
    case .markdown: Self.markdown(table)
    case .csv: Self.csv(table)
    case .json: Self.json(table)
    }
  }

  // MARK: Markdown

  private static func markdown(_ table: PaperTable) -> String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    func escaped(_ text: String) -> String {
      text.reduce(into: "") { result, character in
        switch character {
        case "|", "\\", "*", "_", "`", "<", "[", "]": result += "\\\(character)"
        case "\n", "\r", "\r\n", "\t": result += " "
        default: result.append(character)
        }
      }
    }
    var text = "\(escaped(table.caption))\n\n"
    text += line(table.columns.map { escaped(table.heading($0)) })
    text += line(table.columns.indices.map { table.isText($0) ? "---" : "---:" })
    for row in table.rows.indices {
      text += line(
        table.columns.indices.map { column in
          let (value, interval) = table.printed(row, column)
          return escaped(value) + (interval.map { " \(escaped($0))" } ?? "")
        })
    }
    for note in table.notes { text += "\n\(escaped(note))\n" }
    return text
  }

  // MARK: CSV

  /// RFC 4180: a header, CRLF, quotation marks where they are needed; all digits, shares in 0 … 1. Of what
  /// has an interval there are three columns.
  private static func csv(_ table: PaperTable) -> String {
    func escaped(_ text: String) -> String {
      guard text.contains(where: { ",\"\r\n".contains($0) || $0 == "\r\n" }) else { return text }
      return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
    func line(_ cells: [String]) -> String {
      cells.map(escaped).joined(separator: ",") + "\r\n"
    }
    let hasInterval = table.columns.indices.map { column in
      table.rows.contains { $0[column].interval != nil }
    }
    var text = line(
      zip(table.columns, hasInterval).flatMap { column, hasInterval in
        hasInterval ? [column.key, column.key + "_low", column.key + "_high"] : [column.key]
      })
    for row in table.rows {
      text += line(
        row.indices.flatMap { column -> [String] in
          let cell = row[column]
          let value: String
          switch cell {
          case .none: value = ""
          case .text(let words): value = words
          case .count(let count): value = "\(count)"
          case .number(let number), .estimate(let number, _, _): value = "\(number)"
          }
          guard hasInterval[column] else { return [value] }
          return [
            value, cell.interval.map { "\($0.low)" } ?? "",
            cell.interval.map { "\($0.high)" } ?? "",
          ]
        })
    }
    return text
  }

  // MARK: JSON

  /// All digits, shares in 0 … 1.
  private static func json(_ table: PaperTable) -> String {
    func member(_ key: String, _ value: Runs.JSONValue) -> JSONObject.Member {
      JSONObject.Member(key: key, value: value, position: JSONPosition(line: 1, column: 1))
    }
    func object(_ members: [JSONObject.Member]) -> Runs.JSONValue {
      .object(JSONObject(members: members))
    }
    func value(_ cell: PaperTable.Cell) -> Runs.JSONValue {
      switch cell {
      case .none: .null
      case .text(let text): .string(text)
      case .count(let count): .integer(count)
      case .number(let number): .number(number)
      case .estimate(let number, _, _):
        object(
          [member("value", .number(number))]
            + (cell.interval.map {
              [member("low", .number($0.low)), member("high", .number($0.high))]
            } ?? []))
      }
    }
    let columns = table.columns.map { column in
      object([
        member("key", .string(column.key)), member("title", .string(column.title)),
        member("unit", .string(column.isShare ? "share" : column.unit)),
      ])
    }
    let rows = table.rows.map { row in
      object(zip(table.columns, row).map { member($0.key, value($1)) })
    }
    return JSONText.line(
      object([
        member("table", .string(table.name)), member("caption", .string(table.caption)),
        member("columns", .array(columns)), member("rows", .array(rows)),
        member("notes", .array(table.notes.map { .string($0) })),
      ])) + "\n"
  }
}
