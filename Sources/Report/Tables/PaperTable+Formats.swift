import Foundation
import Runs

extension PaperTable {
  /// The table in a form that is not ``OutputFormat/text``, which is a terminal's matter.
  public func formatted(_ format: OutputFormat) -> String {
    switch format {
    case .latex: LaTeXTable(self).text
    case .markdown: markdown
    case .csv: csv
    case .json: json
    case .text: words.map { $0.joined(separator: "\t") + "\n" }.joined()
    }
  }

  /// The heading and every row as they are printed.
  public var words: [[String]] {
    [columns.map { heading($0) }]
      + rows.indices.map { row in
        columns.indices.map { column in
          let (value, interval) = printed(row, column)
          return value + (interval.map { " \($0)" } ?? "")
        }
      }
  }

  private var markdown: String {
    let lines =
      [MarkdownText.escaped(caption), ""]
      + words.prefix(1).map { MarkdownText.row($0.map(MarkdownText.escaped)) }
      + [MarkdownText.rule(isText: columns.indices.map { isText($0) })]
      + words.dropFirst().map { MarkdownText.row($0.map(MarkdownText.escaped)) }
      + notes.flatMap { ["", MarkdownText.escaped($0)] }
    return lines.joined(separator: "\n") + "\n"
  }

  /// All digits, shares in 0 … 1. Of what has an interval there are three columns.
  private var csv: String {
    let hasInterval = columns.indices.map { column in
      rows.contains { $0[column].interval != nil }
    }
    var text = CSVText.row(
      zip(columns, hasInterval).flatMap { column, hasInterval in
        hasInterval ? [column.key, column.key + "_low", column.key + "_high"] : [column.key]
      })
    for row in rows {
      text += CSVText.row(
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

  /// All digits, shares in 0 … 1.
  private var json: String {
    func member(_ key: String, _ value: Runs.JSONValue) -> JSONObject.Member {
      JSONObject.Member(key: key, value: value, position: JSONPosition(line: 1, column: 1))
    }
    func object(_ members: [JSONObject.Member]) -> Runs.JSONValue {
      .object(JSONObject(members: members))
    }
    func value(_ cell: Cell) -> Runs.JSONValue {
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
    let heads = columns.map { column in
      object([
        member("key", .string(column.key)), member("title", .string(column.title)),
        member("unit", .string(column.isShare ? "share" : column.unit)),
      ])
    }
    let lines = rows.map { row in
      object(zip(columns, row).map { member($0.key, value($1)) })
    }
    return JSONText.line(
      object([
        member("table", .string(name)), member("caption", .string(caption)),
        member("columns", .array(heads)), member("rows", .array(lines)),
        member("notes", .array(notes.map { .string($0) })),
      ])) + "\n"
  }
}
