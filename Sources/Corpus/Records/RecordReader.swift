import Runs

/// How a data file is laid out.
public enum RecordFormat: String, CaseIterable, Sendable {
  /// By name and content: a file that begins as Parquet does is that; `.txt` is text, `.csv` and `.tsv`
  /// are tables; a file that begins with `[` is a JSON list; all else is lines.
  case auto
  /// One JSON object a line.
  case jsonl
  /// One JSON list of objects.
  case json
  /// A table with a header: fields between commas, or between tabs.
  case csv, tsv
  /// One text a line; a row is `{"text": line}`.
  case text
  /// Apache Parquet.
  case parquet
}

/// One row of a data file.
public struct Record: Sendable {
  public let file: String
  /// Where the row begins.
  public let position: JSONPosition
  public let object: JSONObject
  /// Whether every value is a text, as in a table, so that numbers are written as texts.
  var isTable = false
}

/// Reads the rows of a JSON Lines, JSON, CSV, TSV or text file, plain, `.gz`, `.zst` or `.xz`, or of a
/// Parquet file.
///
/// A byte order mark at the start, `\r` before a line end and blank lines are passed over;
/// everything else that is not a row is a problem with its place.
public struct RecordReader {
  /// The largest list or table; these are held in memory as a whole, lines are not.
  static let listLimit = 1 << 30

  public let path: String
  public let format: RecordFormat
  /// The columns that somebody reads, where others need not be decoded; nil for all.
  private let columns: [String]?

  public init(path: String, format: RecordFormat = .auto, columns: [String]? = nil) {
    self.path = path
    self.format = format
    self.columns = columns
  }

  /// Calls `body` with every row, until it gives false, and `problem` with whatever is no row.
  ///
  /// - Throws: ``CorpusError`` when the file cannot be read on; what `body` throws.
  public func forEach(
    _ body: (Record) throws -> Bool, problem: (RowProblem) throws -> Void
  ) throws {
    if try ParquetReader.isParquet(path) || format == .parquet {
      guard format == .auto || format == .parquet else {
        throw CorpusError.file(
          path: path, problem: "is a Parquet file and not \(format.rawValue); leave format out")
      }
      return try ParquetReader(path: path, columns: columns).forEach(body, problem: problem)
    }
    let lines = LineReader(try ByteSource(path: path))
    let first = try lines.firstByte()
    switch format == .auto ? told(first) : format {
    case .json: try forEachItem(lines, body, problem)
    case .text: try forEachText(lines, body, problem)
    case .csv: try forEachTableRow(lines, ",", body, problem)
    case .tsv: try forEachTableRow(lines, "\t", body, problem)
    case .jsonl, .auto: try forEachLine(lines, body, problem)
    // By its name alone: what it is not is for its reader to say.
    case .parquet: try ParquetReader(path: path, columns: columns).forEach(body, problem: problem)
    }
  }

  private func told(_ first: UInt8?) -> RecordFormat {
    let name = Compression.stripped(path)
    if name.hasSuffix(".txt") { return .text }
    if name.hasSuffix(".csv") { return .csv }
    if name.hasSuffix(".tsv") { return .tsv }
    if name.hasSuffix(".parquet"), let first, !"{[".utf8.contains(first) { return .parquet }
    return first == UInt8(ascii: "[") ? .json : .jsonl
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
        let isCut = lines.isUnfinished && error.offset >= line.count
        try problem(
          isCut
            ? wrong(
              error, advice: "the last line is cut off; copy the file again", endsReading: true)
            : wrong(error, advice: "correct or remove the line"))
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
    let bytes = try whole(lines, "a JSON list larger than 1 GB; write it as JSON Lines")
    try bytes.withUnsafeBufferPointer { buffer in
      var parser = JSONParser(buffer)
      do {
        guard parser.take(UInt8(ascii: "[")) else {
          throw parser.failure("expected a list of rows; write JSON Lines, or set format")
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
        try problem(
          wrong(error, advice: "correct the file; reading stops here", endsReading: true))
      }
    }
  }

  private func forEachTableRow(
    _ lines: LineReader, _ separator: Character, _ body: (Record) throws -> Bool,
    _ problem: (RowProblem) throws -> Void
  ) throws {
    let bytes = try whole(lines, "a table larger than 1 GB; split it")
    var reader = DelimitedReader(bytes, separator: separator)
    do {
      guard let header = try reader.next() else { return }
      for (place, name) in header.enumerated()
      where header[..<place].contains(where: { ByteText($0.text) == ByteText(name.text) }) {
        throw DelimitedReader.Problem(
          position: name.position,
          problem: "the column \(Shown.text(name.text)) stands there twice",
          advice: "rename one; the first row of a table names its columns")
      }
      while let fields = try reader.next() {
        let start = fields[0].position
        guard fields.count == header.count else {
          try problem(
            RowProblem(
              file: path, position: start, field: nil,
              problem: "\(fields.count) columns where the header has \(header.count)",
              advice: "correct the row; a field with a separator or a line end needs quotes"))
          continue
        }
        let members = zip(header, fields).map {
          JSONObject.Member(key: $0.text, value: .string($1.text), position: $1.position)
        }
        let row = Record(
          file: path, position: start, object: JSONObject(members: members), isTable: true)
        if try !body(row) { return }
      }
    } catch let error as DelimitedReader.Problem {
      try problem(
        RowProblem(
          file: path, position: error.position, field: nil, problem: error.problem,
          advice: error.advice, endsReading: true))
    }
  }

  /// All lines together.
  private func whole(_ lines: LineReader, _ tooLarge: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while let line = try lines.next() {
      bytes += line
      if !lines.isUnfinished { bytes.append(0x0A) }
      guard bytes.count <= Self.listLimit else {
        throw CorpusError.file(path: path, problem: tooLarge)
      }
    }
    return bytes
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

  private func wrong(
    _ error: JSONError, advice: String, endsReading: Bool = false
  ) -> RowProblem {
    RowProblem(
      file: path, position: error.position, field: nil, problem: error.problem, advice: advice,
      endsReading: endsReading)
  }
}
