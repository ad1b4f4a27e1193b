/// A template's source, with line ends as `\n` and without the last of them, as Jinja reads it.
struct SourceText: Sendable {
  let name: String
  let bytes: [UInt8]

  init(_ source: String, name: String) {
    self.name = name
    var bytes: [UInt8] = []
    bytes.reserveCapacity(source.utf8.count)
    var wasReturn = false
    for byte in source.utf8 {
      if byte == UInt8(ascii: "\r") {
        bytes.append(UInt8(ascii: "\n"))
      } else if byte != UInt8(ascii: "\n") || !wasReturn {
        bytes.append(byte)
      }
      wasReturn = byte == UInt8(ascii: "\r")
    }
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    self.bytes = bytes
  }

  func place(at offset: Int) -> TemplatePlace {
    let before = bytes.prefix(offset)
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let column = before[start...].count { $0 & 0xC0 != 0x80 } + 1
    return TemplatePlace(template: name, line: line, column: column)
  }

  func syntaxError(_ problem: String, at offset: Int) -> TemplateError {
    .syntax(place(at: offset), problem: problem)
  }
}
