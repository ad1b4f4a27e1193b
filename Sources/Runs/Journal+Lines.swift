import Foundation

/// A journal's lines as its records say them, whatever version of Plumb spelled their keys.
extension Journal {
  /// The lines, newlines included, without seals.
  ///
  /// - Throws: ``RunError`` naming the line that is no record.
  public static func lines(
    of url: URL, _ spelling: RecordSpelling? = nil
  ) throws(RunError) -> [Data] {
    var lines: [Data] = []
    for (number, record) in try read(url).records.enumerated() {
      let text = try RecordFile.encode(record, path: url.filePath, spelling: spelling)
      lines.append(LineSeal.line(number, text, seal: nil))
    }
    return lines
  }

  /// SHA-256 of a journal without seals, the same for the same records: of the text that has keys as types
  /// spell them, which is the file itself where an earlier version wrote it.
  public static func digest(of url: URL) throws(RunError) -> String {
    let hash = SHA256()
    for line in try lines(of: url, .camel) {
      line.withUnsafeBytes { hash.update($0) }
    }
    return hash.finish()
  }
}
