import Foundation

/// One record in one JSON file, with stable bytes: sorted keys, two spaces, a newline at the end.
///
/// JSON has no token for what is not finite, so such numbers are written as the strings `"NaN"`,
/// `"Infinity"` and `"-Infinity"`, here and in ``Journal``, and read back as the numbers they were.
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

  static func encode(
    _ record: some Encodable, path: String, formatting: JSONEncoder.OutputFormatting = []
  ) throws(RunError) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, formatting]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    do {
      return try encoder.encode(record)
    } catch {
      throw .unwritable(path: path, problem: "a record cannot be encoded: \(error)".onOneLine)
    }
  }

  static func decode<Record: Decodable>(
    _ type: Record.Type, from data: Data, path: String, place: String
  ) throws(RunError) -> Record {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    do {
      return try decoder.decode(type, from: data)
    } catch let error as DecodingError {
      throw .invalidFile(path: path, problem: place + Self.problem(error))
    } catch {
      throw .invalidFile(path: path, problem: place + "\(error)".onOneLine)
    }
  }

  private static func problem(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): "has no field \(key.stringValue.quoted)"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "field \(path(context.codingPath)) has the wrong type"
    case .dataCorrupted(let context) where !context.codingPath.isEmpty:
      "field \(path(context.codingPath)) has a value that is not allowed"
    case .dataCorrupted: "is not valid JSON"
    @unknown default: "cannot be read"
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".").quoted
  }
}
