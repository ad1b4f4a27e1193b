import Corpus
import Foundation
import Runs

/// A table of comma-separated values: quoted fields may hold commas, quotes (doubled) and line ends.
///
/// Source: RFC 4180. A line end is `\n` or `\r\n`; a byte order mark at the start is passed over.
public struct DelimitedTable: Sendable, Equatable {
  public let file: String
  /// The names of the columns; the first is empty where rows carry an unnamed index.
  public let header: [String]
  /// `[row][column]`, as text.
  public let rows: [[String]]
  /// The line on which each row begins.
  public let lines: [Int]

  /// - Throws: ``PublishedError`` where the file cannot be read, a quote is not closed or misplaced,
  ///   a row has other columns than the header, or a column name repeats.
  public init(path: String) throws(PublishedError) {
    let bytes: [UInt8]
    do { bytes = try DataFile.bytes(path) } catch { throw .unreadable(error) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .content(file: path, problem: "is not UTF-8", advice: "save it as UTF-8")
    }
    try self.init(text, file: path)
  }

  public init(_ text: String, file: String) throws(PublishedError) {
    var reader = DelimitedReader(Array(text.utf8))
    var rows: [[String]] = []
    var lines: [Int] = []
    do throws(DelimitedReader.Problem) {
      while let row = try reader.next() {
        rows.append(row.map(\.text))
        lines.append(row.first?.position.line ?? 0)
      }
    } catch {
      throw Self.problem(file, error.position, error.problem, error.advice)
    }
    guard let header = rows.first else {
      throw .content(file: file, problem: "is empty", advice: "give a table with a header")
    }
    guard header.distinctTexts.count == header.count else {
      throw Self.problem(file, lines[0], "a column name repeats", "rename the column")
    }
    for (row, line) in zip(rows, lines) where row.count != header.count {
      throw Self.problem(
        file, line, "\(row.count) columns where the header has \(header.count)",
        "correct the row; a field with a comma or a line end needs quotes")
    }
    self.file = file
    self.header = header
    self.rows = Array(rows.dropFirst())
    self.lines = Array(lines.dropFirst())
  }

  /// The place of a column.
  ///
  /// - Throws: ``PublishedError`` where there is none of that name.
  public func column(_ name: String) throws(PublishedError) -> Int {
    guard let place = header.firstIndex(where: { ByteText($0) == ByteText(name) }) else {
      throw Self.problem(file, 1, "no column '\(name)'", "give a table that has it")
    }
    return place
  }

  /// The number in a field; nil where it is empty.
  ///
  /// - Throws: ``PublishedError`` where it holds anything else.
  public func number(_ row: Int, _ column: Int) throws(PublishedError) -> Double? {
    let text = rows[row][column]
    if text.isEmpty { return nil }
    guard let value = Double(text) else {
      throw Self.problem(
        file, lines[row], "column '\(header[column])' is not a number", "correct the row")
    }
    return value
  }

  static func problem(
    _ file: String, _ line: Int, _ problem: String, _ advice: String
  ) -> PublishedError {
    self.problem(file, JSONPosition(line: line, column: 1), problem, advice)
  }

  private static func problem(
    _ file: String, _ position: JSONPosition, _ problem: String, _ advice: String
  ) -> PublishedError {
    .rows(
      [
        RowProblem(
          file: file, position: position, field: nil, problem: problem, advice: advice)
      ], total: 1)
  }

  /// A field as it is written: quoted where it must be.
  public static func field(_ text: String) -> String {
    let special = text.unicodeScalars.contains { [",", "\"", "\n", "\r"].contains($0) }
    return special ? "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : text
  }

  /// The table as text, lines ending in `\n`.
  public static func text(header: [String], rows: [[String]]) -> String {
    ([header] + rows).map { $0.map(field).joined(separator: ",") + "\n" }.joined()
  }
}
