import Foundation

/// A record that holds a digest of itself, so that a single changed byte is noticed.
public protocol SealedRecord: Codable {
  /// SHA-256 of the record's own text without this field; nil where earlier versions wrote it.
  var digest: String? { get set }
}

extension RecordFile {
  /// Writes a record with its digest.
  public static func write(sealing record: some SealedRecord, to url: URL) throws(RunError) {
    try AtomicFile.write(try sealed(record, path: url.filePath), to: url)
  }

  /// The text of a record with its digest.
  static func sealed(_ record: some SealedRecord, path: String = "") throws(RunError) -> Data {
    var record = record
    record.digest = nil
    record.digest = SHA256.hex(of: try text(of: record, path: path))
    return try text(of: record, path: path)
  }

  /// Reads a record as it was given to be written, without its digest.
  ///
  /// - Parameter advice: what to do where it is not what was written.
  public static func read<Record: SealedRecord>(
    sealed type: Record.Type, from url: URL, advice: String
  ) throws(RunError) -> Record {
    let path = url.filePath
    let data = try BoundedFile.read(url, atMost: largest)
    do throws(RunError) {
      return try unsealed(type, data, path: path)
    } catch {
      throw error.advising(advice)
    }
  }

  /// The record of a text that ``sealed(_:path:)`` made.
  ///
  /// - Throws: ``RunError/invalidFile(path:problem:)`` where a byte was changed, naming the line where
  ///   the record reads but its own text would be another one.
  static func unsealed<Record: SealedRecord>(
    _ type: Record.Type, _ data: Data, path: String
  ) throws(RunError) -> Record {
    let (record, isWhole) = try read(type, data, path: path)
    guard isWhole else { throw .invalidFile(path: path, problem: Self.changed) }
    return record
  }

  /// What is said of a record that is not what was sealed.
  static var changed: String { "does not match its own digest" }

  /// The record of such a text without its digest, and whether it is still what was sealed.
  static func read<Record: SealedRecord>(
    _ type: Record.Type, _ data: Data, path: String
  ) throws(RunError) -> (record: Record, isWhole: Bool) {
    var record = try decode(type, from: data, path: path, place: "")
    let isWhole = try isWhole(data, record, path: path)
    record.digest = nil
    return (record, isWhole)
  }

  private static func isWhole(
    _ data: Data, _ record: some SealedRecord, path: String
  ) throws(RunError) -> Bool {
    if let digest = record.digest {
      return text(data, without: digest).map { SHA256.hex(of: $0) } == digest
    }
    return try isText(data, of: record, path: path)
  }

  /// Whether a file is a record's own text, with no key that the record does not have, in either spelling.
  static func isText(
    _ data: Data, of record: some Encodable, path: String
  ) throws(RunError) -> Bool {
    let texts = [
      try text(of: record, path: path, .camel), try text(of: record, path: path, .snake),
    ]
    return texts.contains(data)
  }

  private static func text(
    of record: some Encodable, path: String, _ spelling: RecordSpelling = .snake
  ) throws(RunError) -> Data {
    try encode(record, path: path, formatting: .prettyPrinted, spelling: spelling)
      + Data("\n".utf8)
  }

  /// A sealed text as it was before its digest came into it, however its keys are spelled.
  ///
  /// - Returns: nil where no line of its own holds the digest.
  private static func text(_ data: Data, without digest: String) -> Data? {
    // A line of an object inside is indented further.
    guard let line = data.range(of: Data("\n  \"digest\" : \"\(digest)\"".utf8)) else { return nil }
    var (head, tail) = (data[..<line.lowerBound], data[line.upperBound...])
    if tail.first == UInt8(ascii: ",") {
      tail = tail.dropFirst()
    } else if head.last == UInt8(ascii: ",") {
      head = head.dropLast()
    }
    return head + tail
  }
}
