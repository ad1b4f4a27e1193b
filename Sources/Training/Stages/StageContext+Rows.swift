import Corpus
import Foundation
import Runs

/// A row that was left out, as `skipped.jsonl` lists it.
struct SkippedRow: Codable, Hashable {
  /// The file's name, without its folder.
  var file: String
  var line: Int
  var column: Int
  var field: String?
  var reason: String

  static let file = "skipped.jsonl"

  init(_ problem: RowProblem) {
    file = problem.file.split(separator: "/").last.map(String.init) ?? problem.file
    line = problem.position.line
    column = problem.position.column
    field = problem.field
    reason = problem.problem
  }
}

extension StageContext {
  /// Reads rows, says what was left out of them, and lists the bad ones in the stage's folder.
  func read<Row>(_ rows: (RowNotes) throws -> [Row]) throws -> [Row] {
    let notes = RowNotes()
    let result = try rows(notes)
    try notes.remarks.forEach(leaveOut)
    try list(notes.bad.map(SkippedRow.init), in: SkippedRow.file)
    return result
  }

  /// Says what is left out of the data, and puts it on record for the report.
  ///
  /// - Parameter words: with the number of rows.
  func leaveOut(_ words: String) throws {
    note(words)
    try list([LeftOutRecord(words: words)], in: LeftOutRecord.file)
  }

  /// Adds lines to a list; a stage that is resumed reads the same ones again.
  private func list(_ records: [some Encodable], in file: String) throws {
    guard !records.isEmpty else { return }
    let url = directory.url.appending(path: file)
    var lines: [String] = []
    if FileManager.default.fileExists(atPath: url.path) {
      lines = String(decoding: try DataFile.bytes(url.path), as: UTF8.self)
        .split(separator: "\n").map(String.init)
    }
    var known = Set(lines.map { ByteText($0) })
    for record in records {
      let line = String(decoding: try RecordFile.line(record), as: UTF8.self)
      if known.insert(ByteText(line)).inserted { lines.append(line) }
    }
    try Folder.make(directory.url)
    try AtomicFile.write(Data((lines.joined(separator: "\n") + "\n").utf8), to: url)
  }
}
