import Foundation

/// Standard output for results, standard error for everything else.
public struct Output: Sendable {
  public let isJSON: Bool
  public let isQuiet: Bool

  public init(isJSON: Bool, isQuiet: Bool) {
    self.isJSON = isJSON
    self.isQuiet = isQuiet
  }

  public func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

  public func print(_ line: String) { write(line + "\n") }

  public func print(_ table: TextTable, indent: String = "") {
    for line in table.lines { print(indent + line) }
  }

  public func print(json value: some Encodable) throws { print(try JSONLine.text(of: value)) }

  /// A remark; programs and those who asked for quiet do not see it.
  public func note(_ line: String) {
    if isQuiet || isJSON { return }
    FileHandle.standardError.write(Data("plumb: \(ForeignText.printable(line))\n".utf8))
  }
}
