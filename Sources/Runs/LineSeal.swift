import Foundation

/// Sixteen digits at the beginning of a journal's line that follow from its record and from the line
/// before, for journals that no other record holds a hash of: costs differ from one making to the next,
/// and so are in no seal of a stage.
///
/// `{"seq":1,"seal":"0f3c…","stage":…`: the first 64 bits of the SHA-256 of the seal before and the
/// record's own text. Lines that earlier versions wrote have none.
public enum LineSeal {
  private static let length = 16
  private static let key = ",\"seal\":\""

  /// - Parameters:
  ///   - record: its JSON, an object.
  ///   - previous: the seal of the line before; empty for the first.
  static func of(_ record: Data, after previous: String) -> String {
    String(SHA256.hex(of: Data(previous.utf8) + record).prefix(length))
  }

  /// A line of a record, its newline included.
  ///
  /// - Parameter record: its JSON, an object.
  static func line(_ number: Int, _ record: Data, seal: String?) -> Data {
    var line = Data("{\"seq\":\(number)".utf8)
    if let seal { line.append(Data("\(key)\(seal)\"".utf8)) }
    if record.count > 2 { line.append(UInt8(ascii: ",")) }
    line.append(record.dropFirst())
    line.append(UInt8(ascii: "\n"))
    return line
  }

  /// The seal of a line, and the record's text; nil where it has none.
  static func parts(_ line: Data) -> (seal: String, record: Data)? {
    let text = line.last == 0x0A ? line.dropLast() : line
    guard text.starts(with: Data("{\"seq\":".utf8)), let found = text.range(of: Data(key.utf8)),
      text[..<found.lowerBound].dropFirst(7).allSatisfy({ (0x30...0x39).contains($0) }),
      let end = text[found.upperBound...].firstIndex(of: 0x22)
    else { return nil }
    let rest = text[text.index(after: end)...]
    let record = Data("{".utf8) + (rest.first == 0x2C ? rest.dropFirst() : rest)
    return (String(decoding: text[found.upperBound..<end], as: UTF8.self), record)
  }

  /// Whether the second value of a line looks as a seal does, under another key.
  private static func hasAltered(_ line: Data) -> Bool {
    let parts = line.split(separator: 0x2C, maxSplits: 2).dropFirst().first?
      .split(separator: 0x22, omittingEmptySubsequences: false)
    guard let parts, parts.count == 5 else { return false }
    return parts[3].count == length
      && parts[3].allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  /// All records of a file at once, each line sealed.
  public static func lines(_ records: [some Encodable], path: String) throws(RunError) -> Data {
    var (all, last) = (Data(), "")
    for (number, record) in records.enumerated() {
      let data = try RecordFile.encode(record, path: path)
      last = of(data, after: last)
      all.append(line(number, data, seal: last))
    }
    return all
  }

  /// What of a file is not as it was written; nil where all lines fit their seals, and for lines
  /// without any.
  ///
  /// - Throws: ``RunError`` where lines are missing, or the file cannot be read.
  public static func problem(in url: URL) throws(RunError) -> String? {
    let lines = try JournalLines(try OpenFile(reading: url.filePath))
    try lines.checkNumbers()
    var last: String?
    for (index, line) in lines.texts.enumerated() {
      guard let found = parts(line) else {
        if hasAltered(line) { return "line \(index + 1) has something else where its seal was" }
        guard last != nil else { continue }
        return "line \(index + 1) has no seal, and the one before has"
      }
      guard of(found.record, after: last ?? "") == found.seal else {
        return "line \(index + 1) does not match its own seal"
      }
      last = found.seal
    }
    return nil
  }
}
