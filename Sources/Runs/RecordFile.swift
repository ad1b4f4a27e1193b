import Foundation

/// One record in one JSON file, with stable bytes: sorted keys, two spaces, a newline at the end.
///
/// Keys are spelled as ``RecordSpelling`` says. JSON has no token for what is not finite, so such numbers
/// are written as the strings `"NaN"`, `"Infinity"` and `"-Infinity"`, and read back as the numbers they
/// were. Both hold for ``Journal`` and for what commands print, too.
public enum RecordFile {
  /// The largest record, in bytes; those of runs have at most some megabytes.
  static let largest = 256 << 20

  public static func write(_ record: some Encodable, to url: URL) throws(RunError) {
    let data = try encode(record, path: url.filePath, formatting: .prettyPrinted)
    try AtomicFile.write(data + Data("\n".utf8), to: url)
  }

  /// - Parameter advice: what to do where it is no such record.
  public static func read<Record: Decodable>(
    _ type: Record.Type, from url: URL, advice: String? = nil
  ) throws(RunError) -> Record {
    let data = try BoundedFile.read(url, atMost: largest)
    do throws(RunError) {
      return try decode(type, from: data, path: url.filePath, place: "")
    } catch {
      throw advice.map(error.advising) ?? error
    }
  }

  /// Writes records one by one, each on a line, where nothing is appended later.
  public static func write(lines records: [some Encodable], to url: URL) throws {
    try AtomicFile.write(to: url) { writer in
      for record in records { try writer.append(try line(record) + Data("\n".utf8)) }
    }
  }

  /// A record as one line of JSON, without its end.
  public static func line(_ record: some Encodable) throws -> Data {
    try encoder([], usual(of: record)).encode(record)
  }

  /// The record of a line that ``line(_:)`` made.
  public static func record<Record: Decodable>(
    _ type: Record.Type, of line: Data
  ) throws -> Record {
    try decoder().decode(type, from: line)
  }

  /// SHA-256 of a record, the same however its keys are spelled: of the text that has them as types spell
  /// them, which is the file itself where an earlier version wrote it.
  public static func digest<Record: Codable>(
    of url: URL, as type: Record.Type
  ) throws(RunError) -> String {
    let record = try read(type, from: url)
    return SHA256.hex(
      of: try encode(record, path: url.filePath, formatting: .prettyPrinted, spelling: .camel)
        + Data("\n".utf8))
  }

  static func encode(
    _ record: some Encodable, path: String, formatting: JSONEncoder.OutputFormatting = [],
    spelling: RecordSpelling? = nil
  ) throws(RunError) -> Data {
    do {
      return try encoder(formatting, spelling ?? usual(of: record)).encode(record)
    } catch {
      throw .unwritable(path: path, problem: "a record cannot be encoded: \(error)".onOneLine)
    }
  }

  static func decode<Record: Decodable>(
    _ type: Record.Type, from data: Data, path: String, place: String
  ) throws(RunError) -> Record {
    do {
      return try decoder().decode(type, from: data)
    } catch let error as DecodingError {
      throw .invalidFile(path: path, problem: place + Self.problem(error))
    } catch {
      throw .invalidFile(path: path, problem: place + "\(error)".onOneLine)
    }
  }

  private static func usual(of record: some Encodable) -> RecordSpelling {
    record is any SpelledAsBefore ? .camel : .snake
  }

  private static func encoder(
    _ formatting: JSONEncoder.OutputFormatting, _ spelling: RecordSpelling
  ) -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, formatting]
    encoder.keyEncodingStrategy = spelling.strategy
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return encoder
  }

  private static func decoder() -> JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = RecordSpelling.reading
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return decoder
  }

  private static func problem(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): "has no field \(name(of: key).quoted)"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "field \(path(context.codingPath)) has the wrong type"
    case .dataCorrupted(let context) where !context.codingPath.isEmpty:
      "field \(path(context.codingPath)) has a value that is not allowed"
    case .dataCorrupted: "is not valid JSON"
    @unknown default: "cannot be read"
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.map { $0.intValue.map(String.init) ?? name(of: $0) }.joined(separator: ".").quoted
  }

  /// As files spell it. A key that is data has its text inside, other than the plain case of a type's key.
  private static func name(of key: any CodingKey) -> String {
    Mirror(reflecting: key).children.isEmpty
      ? RecordSpelling.snake(key.stringValue) : key.stringValue
  }
}
