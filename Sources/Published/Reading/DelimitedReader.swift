/// Splits a text into rows of fields.
struct DelimitedReader {
  private let bytes: [UInt8]
  private let file: String
  private var offset: Int
  private var line = 1
  /// The line on which the row given last begins.
  private(set) var startLine = 1

  init(_ text: String, file: String) {
    bytes = Array(text.utf8)
    self.file = file
    offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// The fields of the next row; nil at the end. Blank lines are passed over.
  mutating func next() throws(PublishedError) -> [String]? {
    while offset < bytes.count, isLineEnd(offset) { passLineEnd() }
    guard offset < bytes.count else { return nil }
    startLine = line
    var fields: [String] = []
    while true {
      fields.append(
        bytes[safe: offset] == UInt8(ascii: "\"") ? try quotedField() : try plainField())
      guard offset < bytes.count else { return fields }
      if isLineEnd(offset) {
        passLineEnd()
        return fields
      }
      // A comma: another field follows, empty at the end of the text.
      offset += 1
    }
  }

  private mutating func plainField() throws(PublishedError) -> String {
    let start = offset
    while offset < bytes.count, bytes[offset] != UInt8(ascii: ","), !isLineEnd(offset) {
      guard bytes[offset] != UInt8(ascii: "\"") else {
        throw DelimitedTable.problem(
          file, line, "a quote inside a field without quotes",
          "put the field in quotes and double the quote")
      }
      offset += 1
    }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  private mutating func quotedField() throws(PublishedError) -> String {
    let opened = line
    offset += 1
    var field: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "\n") { line += 1 }
      guard byte == UInt8(ascii: "\"") else {
        field.append(byte)
        continue
      }
      if bytes[safe: offset] == UInt8(ascii: "\"") {
        field.append(byte)
        offset += 1
        continue
      }
      guard offset == bytes.count || bytes[offset] == UInt8(ascii: ",") || isLineEnd(offset) else {
        throw DelimitedTable.problem(
          file, line, "text after a closing quote", "double the quotes inside the field")
      }
      return String(decoding: field, as: UTF8.self)
    }
    throw DelimitedTable.problem(
      file, opened, "a quoted field is not closed", "the file is cut off; copy it again")
  }

  private func isLineEnd(_ place: Int) -> Bool {
    bytes[place] == UInt8(ascii: "\n")
      || bytes[place] == UInt8(ascii: "\r") && bytes[safe: place + 1] == UInt8(ascii: "\n")
  }

  private mutating func passLineEnd() {
    offset += bytes[offset] == UInt8(ascii: "\n") ? 1 : 2
    line += 1
  }
}

extension [UInt8] {
  fileprivate subscript(safe place: Int) -> UInt8? {
    indices.contains(place) ? self[place] : nil
  }
}
