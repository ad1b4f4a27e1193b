import Foundation

/// A record that holds a digest of itself, so that a single changed byte is noticed.
public protocol SealedRecord: Codable {
  /// SHA-256 of the record's own text without this field; nil where earlier versions wrote it.
  var digest: String? { get set }
}

extension RecordFile {
  /// Writes a record with its digest.
  public static func write(sealing record: some SealedRecord, to url: URL) throws(RunError) {
    var record = record
    record.digest = nil
    record.digest = SHA256.hex(of: try text(of: record, path: url.filePath))
    try AtomicFile.write(try text(of: record, path: url.filePath), to: url)
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
      var record = try decode(type, from: data, path: path, place: "")
      let canonical = try text(of: record, path: path)
      let digest = record.digest
      record.digest = nil
      let own = SHA256.hex(of: try text(of: record, path: path))
      guard canonical == data, digest == nil || digest == own else {
        throw .invalidFile(path: path, problem: "does not match its own digest")
      }
      return record
    } catch {
      throw error.advising(advice)
    }
  }

  private static func text(of record: some Encodable, path: String) throws(RunError) -> Data {
    try encode(record, path: path, formatting: .prettyPrinted) + Data("\n".utf8)
  }
}
