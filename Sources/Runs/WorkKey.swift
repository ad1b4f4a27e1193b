import Foundation

/// What decided the numbers of a piece of an evaluation's work, beside its journal.
public struct WorkKey: Codable, Equatable, Sendable {
  /// The hash of all that decides them.
  public let key: String
  /// SHA-256 of the journal, once all of it is done.
  public let digest: String?
  /// SHA-256 of the two; nil where earlier versions wrote it.
  private let seal: String?

  public init(key: String, digest: String? = nil) {
    self.key = key
    self.digest = digest
    seal = Self.seal(key, digest)
  }

  /// What is on record, and whether it is as it was written.
  ///
  /// - Throws: ``RunError`` where the file is none.
  public static func read(_ url: URL) throws(RunError) -> (key: WorkKey, isWhole: Bool) {
    let (data, path) = (try BoundedFile.read(url, atMost: RecordFile.largest), url.filePath)
    let key = try RecordFile.decode(WorkKey.self, from: data, path: path, place: "")
    let isText = try RecordFile.isText(data, of: key, path: path)
    return (key, isText && (key.seal == nil || key.seal == seal(key.key, key.digest)))
  }

  private static func seal(_ key: String, _ digest: String?) -> String {
    SHA256.hex(of: Data("\(key)\n\(digest ?? "")".utf8))
  }
}
