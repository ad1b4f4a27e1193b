import Command
import Foundation
import Report
import Runs

/// `plumb report --format`: a table as papers print it, or which ones there are.
struct TableCommand {
  let run: String
  /// Nil for the list.
  let table: String?
  /// Nil for standard output.
  let file: String?

  func perform(_ output: Output) throws -> ExitCode {
    if let table, !PaperTables.names.contains(table) {
      throw CommandError.badValue(
        option: "TABLE", value: table, expected: PaperTables.names.joined(separator: ", "))
    }
    // Costs and trainings are there before anything is measured.
    guard let input = try RunList.load([run], areMeasured: false).first else { return .data }
    let tables = PaperTables(input)
    guard let table else { return try list(tables, output) }
    let found: PaperTable
    do {
      found = try tables.table(table)
    } catch let absence as PaperTables.Absence {
      output.complain(
        "\(table): \(absence.reason); plumb report \(run) --format list names what there is")
      return .data
    }
    let text =
      output.format == .text ? Self.text(of: found) : found.formatted(output.format)
    guard let file else {
      output.write(formatted: text)
      return .success
    }
    let target = URL(filePath: file).standardizedFileURL
    try AtomicFile.write(Data(text.utf8), to: target)
    if output.givesRecords {
      try output.print(json: ["table": target.path])
    } else {
      output.print("table: \(target.path)")
    }
    return .success
  }

  /// For a terminal.
  private static func text(of table: PaperTable) -> String {
    let words = table.words
    var text = TextTable(
      table.columns.indices.map { (words[0][$0], table.isText($0) ? .left : .right) })
    for row in words.dropFirst() { text.append(row) }
    let notes = table.notes.isEmpty ? [] : [""] + table.notes
    return ([table.caption, ""] + text.lines + notes).joined(separator: "\n") + "\n"
  }

  private struct Line: Encodable {
    let table: String
    let shows: String
    let absent: String?
  }

  private func list(_ tables: PaperTables, _ output: Output) throws -> ExitCode {
    let all = try tables.list()
    guard !output.givesRecords else {
      for one in all {
        try output.print(json: Line(table: one.name, shows: one.summary, absent: one.absence))
      }
      return .success
    }
    var lines = TextTable([("table", .left), ("shows", .left)])
    for one in all where one.absence == nil { lines.append([one.name, one.summary]) }
    output.print(lines)
    let absent = all.filter { $0.absence != nil }
    if !absent.isEmpty {
      output.print("")
      var lines = TextTable([("not there", .left), ("why", .left)])
      for one in absent { lines.append([one.name, one.absence ?? ""]) }
      output.print(lines)
    }
    return .success
  }
}
