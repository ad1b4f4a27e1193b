import Runs

/// How a data file is laid out.
public enum RecordFormat: String, CaseIterable, Sendable {
  /// By name and content: `.txt` is text; a file that begins with `[` a JSON list; else lines.
  case auto
  /// One JSON object a line.
  case jsonl
  /// One JSON list of objects.
  case json
  /// One text a line; a row is `{"text": line}`.
  case text
}

/// One row of a data file.
public struct Record: Sendable {
  public let file: String
  /// Where the row begins.
  public let position: JSONPosition
  public let object: JSONObject
}

/// Reads the rows of a JSON Lines, JSON or text file, plain or `.gz`.
///
/// A byte order mark at the start, `\r` before a line end and blank lines are passed over;
/// everything else that is not a row is a problem with its place.
public struct RecordReader {
  /// The largest JSON list; lists are held in memory as a whole, lines are not.
  static let listLimit = 1 << 30

  public let path: String
  public let format: RecordFormat

  public init(path: String, format: RecordFormat = .auto) {
    self.path = path
    self.format = format
  }

  /// Calls `body` with every row, until it gives false, and `problem` with whatever is no row.
  ///
  /// - Throws: ``CorpusError`` when the file cannot be read on; what `body` throws.
  public func forEach(
    _ body: (Record) throws -> Bool, problem: (RowProblem) throws -> Void
  ) throws {
    let lines = LineReader(try ByteSource(path: path))
    let first = try lines.firstByte()
    switch format {
    case .json: try forEachItem(lines, body, problem)
    case .jsonl: try forEachLine(lines, body, problem)
    case .text: try forEachText(lines, body, problem)
    case .auto:
      if path.hasSuffix(".txt") || path.hasSuffix(".txt.gz") {
        try forEachText(lines, body, problem)
      } else if first == UInt8(ascii: "[") {
        try forEachItem(lines, body, problem)
      } else {
        try forEachLine(lines, body, problem)
      }
    }
  }

  private func forEachLine(
    _ lines: LineReader, _ body: (Record) throws -> Bool, _ problem: (RowProblem) throws -> Void
  ) throws {
    while let line = try lines.next() {
      var parser = JSONParser(line, line: lines.line)
      guard parser.peek() != nil else { continue }
      let start = parser.position
      do {
        let value = try parser.document()
        if let row = try record(value, start, problem), try !body(row) { return }
      } catch let error as JSONError {
        let advice =
          lines.isUnfinished
          ? "the last line is cut off; copy the file again" : "correct or remove the line"
        try problem(wrong(error, advice: advice))
      }
    }
  }

  private func forEachText(
    _ lines: LineReader, _ body: (Record) throws -> Bool, _ problem: (RowProblem) throws -> Void
  ) throws {
    while let line = try lines.next() {
      let text = line.last == 0x0D ? UnsafeBufferPointer(rebasing: line.dropLast()) : line
      if text.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
      let start = JSONPosition(line: lines.line, column: 1)
      guard let string = String(validating: text, as: UTF8.self) else {
        let place = JSONPosition(line: lines.line, column: Unicode8.validPrefix(text) + 1)
        try problem(
          RowProblem(
            file: path, position: place, field: nil, problem: "not UTF-8",
            advice: "save the file as UTF-8"))
        continue
      }
      let member = JSONObject.Member(key: "text", value: .string(string), position: start)
      let row = Record(file: path, position: start, object: JSONObject(members: [member]))
      if try !body(row) { return }
    }
  }

  private func forEachItem(
    _ lines: LineReader, _ body: (Record) throws -> Bool, _ problem: (RowProblem) throws -> Void
  ) throws {
    var bytes: [UInt8] = []
    while let line = try lines.next() {
      bytes += line
      if !lines.isUnfinished { bytes.append(0x0A) }
      guard bytes.count <= Self.listLimit else {
        throw CorpusError.file(
          path: path, problem: "a JSON list larger than 1 GB; write it as JSON Lines")
      }
    }
    try bytes.withUnsafeBufferPointer { buffer in
      var parser = JSONParser(buffer)
      do {
        guard parser.take(UInt8(ascii: "[")) else {
          throw parser.failure("expected a list of objects")
        }
        if !parser.take(UInt8(ascii: "]")) {
          repeat {
            _ = parser.peek()
            let start = parser.position
            let value = try parser.value(depth: 2)
            if let row = try record(value, start, problem), try !body(row) { return }
          } while parser.take(UInt8(ascii: ","))
          guard parser.take(UInt8(ascii: "]")) else {
            throw parser.failure("the list has no comma or ] here")
          }
        }
        if parser.peek() != nil {
          throw parser.failure("more text after the list")
        }
      } catch let error as JSONError {
        try problem(wrong(error, advice: "correct the file; reading stops here"))
      }
    }
  }

  private func record(
    _ value: JSONValue, _ start: JSONPosition, _ problem: (RowProblem) throws -> Void
  ) throws -> Record? {
    if let object = value.object { return Record(file: path, position: start, object: object) }
    try problem(
      RowProblem(
        file: path, position: start, field: nil, problem: "the row is \(value.kind)",
        advice: "write each row as an object, {\"text\": …}"))
    return nil
  }

  private func wrong(_ error: JSONError, advice: String) -> RowProblem {
    RowProblem(
      file: path, position: error.position, field: nil, problem: error.problem, advice: advice)
  }
}
