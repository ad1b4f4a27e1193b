import Foundation

/// What a capsule holds: `capsule.json`, its first file.
public struct CapsuleManifest: SealedRecord, Equatable, Sendable {
  public struct File: Codable, Equatable, Sendable {
    public var path: String
    public var bytes: Int
    public var sha256: String
    /// Of the file in the run, where paths of the machine or texts were taken out of it.
    public var original: String?
    /// The first 32 bits of the SHA-256 of every piece of ``CapsuleManifest/piece`` bytes, in
    /// hexadecimal digits: where a file was changed.
    public var pieces: String
  }

  public static let name = "capsule.json"
  /// Bytes of a piece.
  public static let piece = 512

  /// Of this form.
  public var format = 1
  /// Of Plumb, which made it.
  public var version: String
  /// The run's name.
  public var run: String
  /// Whether samples, judgments and other texts were left out.
  public var omitsTexts: Bool
  /// In the order of their names.
  public var files: [File]
  public var digest: String?

  /// Of a file's bytes.
  ///
  /// - Parameter original: SHA-256 of the run's own file, kept where it is another.
  static func file(_ path: String, _ data: Data, original: String?) -> File {
    let hash = SHA256.hex(of: data)
    return File(
      path: path, bytes: data.count, sha256: hash, original: original == hash ? nil : original,
      pieces: pieces(of: data))
  }

  private static func pieces(of data: Data) -> String {
    var text = ""
    var place = data.startIndex
    while place < data.endIndex {
      let end = min(place + piece, data.endIndex)
      text += SHA256.hex(of: data.subdata(in: place..<end)).prefix(8)
      place = end
    }
    return text
  }

  /// Where a file first differs from what was written: bytes, and lines of text.
  static func place(of data: Data, in file: File) -> String {
    let found = Array(pieces(of: data).utf8)
    let known = Array(file.pieces.utf8)
    let digit =
      zip(found, known).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      ?? min(found.count, known.count)
    let first = digit / 8 * piece
    guard first < data.count else { return "behind byte \(data.count), its end" }
    let last = min(first + piece, data.count)
    let lines = data.prefix(first).count { $0 == 0x0A } + 1
    let more = data.dropFirst(first).prefix(last - first).dropLast().count { $0 == 0x0A }
    return "bytes \(first)–\(last - 1), "
      + (more == 0 ? "line \(lines)" : "lines \(lines)–\(lines + more)")
  }
}
