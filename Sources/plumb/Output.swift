import Command
import Foundation

/// Standard output for results, standard error for everything else.
struct Output {
  let isJSON: Bool
  let isQuiet: Bool

  func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

  func print(_ line: String) { write(line + "\n") }

  func print(_ table: TextTable, indent: String = "") {
    for line in table.lines { print(indent + line) }
  }

  func print(json value: some Encodable) throws { print(try JSONLine.text(of: value)) }

  /// A remark; programs and those who asked for quiet do not see it.
  func note(_ line: String) {
    if isQuiet || isJSON { return }
    FileHandle.standardError.write(Data("plumb: \(ForeignText.printable(line))\n".utf8))
  }
}
