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
    notes.remarks.forEach(note)
    try list(notes.bad.map(SkippedRow.init))
    return result
  }

  /// Adds rows to the list; a stage that is resumed reads the same ones again.
  private func list(_ skipped: [SkippedRow]) throws {
    guard !skipped.isEmpty else { return }
    let url = directory.url.appending(path: SkippedRow.file)
    var lines: [String] = []
    if FileManager.default.fileExists(atPath: url.path) {
      lines = String(decoding: try DataFile.bytes(url.path), as: UTF8.self)
        .split(separator: "\n").map(String.init)
    }
    var known = Set(lines.map { ByteText($0) })
    for row in skipped {
      let line = String(decoding: try RecordFile.line(row), as: UTF8.self)
      if known.insert(ByteText(line)).inserted { lines.append(line) }
    }
    try Folder.make(directory.url)
    try AtomicFile.write(Data((lines.joined(separator: "\n") + "\n").utf8), to: url)
  }
}
