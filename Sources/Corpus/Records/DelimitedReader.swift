import Runs

/// Splits a table into rows of fields; quoted fields may hold separators, quotes (doubled) and line
/// ends.
///
/// Source: RFC 4180. A line end is `\n`, `\r\n`, or `\r` as old spreadsheets write it; a byte order mark at the start is passed over.
public struct DelimitedReader {
  public struct Field: Equatable, Sendable {
    public let text: String
    /// Where the field begins, with its quote.
    public let position: JSONPosition
  }

  /// Why a table cannot be read on, and where.
  public struct Problem: Error, Equatable, Sendable {
    public let position: JSONPosition
    public let problem: String
    public let advice: String
  }

  private let bytes: [UInt8]
  private let separator: UInt8
  private var offset: Int
  private var line = 1
  private var lineStart: Int

  public init(_ bytes: [UInt8], separator: Character = ",") {
    self.bytes = bytes
    self.separator = separator.asciiValue ?? UInt8(ascii: ",")
    offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    lineStart = offset
  }

  /// The fields of the next row; nil at the end. Blank lines are passed over.
  public mutating func next() throws(Problem) -> [Field]? {
    while offset < bytes.count, isLineEnd(offset) { passLineEnd() }
    guard offset < bytes.count else { return nil }
    var fields: [Field] = []
    while true {
      let start = position
      let isQuoted = offset < bytes.count && bytes[offset] == UInt8(ascii: "\"")
      let field = isQuoted ? try quotedField() : try plainField()
      guard let text = String(validating: field, as: UTF8.self) else {
        throw Problem(position: start, problem: "not UTF-8", advice: "save the file as UTF-8")
      }
      fields.append(Field(text: text, position: start))
      guard offset < bytes.count else { return fields }
      if isLineEnd(offset) {
        passLineEnd()
        return fields
      }
      // A separator: another field follows, empty at the end of the text.
      offset += 1
    }
  }

  private var position: JSONPosition { JSONPosition(line: line, column: offset - lineStart + 1) }

  private mutating func plainField() throws(Problem) -> ArraySlice<UInt8> {
    let start = offset
    while offset < bytes.count, bytes[offset] != separator, !isLineEnd(offset) {
      guard bytes[offset] != UInt8(ascii: "\"") else {
        throw Problem(
          position: position, problem: "a quote inside a field without quotes",
          advice: "put the field in quotes and double the quote")
      }
      offset += 1
    }
    return bytes[start..<offset]
  }

  private mutating func quotedField() throws(Problem) -> ArraySlice<UInt8> {
    let opened = position
    offset += 1
    var field: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "\n") { (line, lineStart) = (line + 1, offset) }
      guard byte == UInt8(ascii: "\"") else {
        field.append(byte)
        continue
      }
      if offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") {
        field.append(byte)
        offset += 1
        continue
      }
      guard offset == bytes.count || bytes[offset] == separator || isLineEnd(offset) else {
        throw Problem(
          position: position, problem: "text after a closing quote",
          advice: "double the quotes inside the field")
      }
      return field[...]
    }
    throw Problem(
      position: opened, problem: "a quoted field is not closed",
      advice: "the file is cut off; copy it again")
  }

  private func isLineEnd(_ place: Int) -> Bool {
    bytes[place] == UInt8(ascii: "\n") || bytes[place] == UInt8(ascii: "\r")
  }

  private mutating func passLineEnd() {
    let isPair = bytes[offset...].starts(with: [UInt8(ascii: "\r"), UInt8(ascii: "\n")])
    offset += isPair ? 2 : 1
    (line, lineStart) = (line + 1, offset)
  }
}
