import Glibc

/// What both programs print: results to standard output, everything else to standard error.
///
/// Whatever is printed passes ``ForeignText`` here, so that no text of a model, a file or a server
/// reaches a terminal with its control characters, whoever prints it.
public struct Output: Sendable {
  public let isJSON: Bool
  public let isQuiet: Bool
  private let results: StandardStream
  private let talk: StandardStream

  public init(isJSON: Bool, isQuiet: Bool) {
    self.init(isJSON: isJSON, isQuiet: isQuiet, results: .output, talk: .error)
  }

  init(isJSON: Bool, isQuiet: Bool, results: StandardStream, talk: StandardStream) {
    self.isJSON = isJSON
    self.isQuiet = isQuiet
    self.results = results
    self.talk = talk
  }

  /// A result of several lines.
  public func write(_ text: String) {
    results.write(ForeignText.printable(text, keepingLines: true))
  }

  /// A result whose lines end in CR LF, as those of CSV do.
  public func write(linesOfCSV text: String) {
    let lines = text.replacing("\r\n", with: "\n").split(
      separator: "\n", omittingEmptySubsequences: false)
    results.write(lines.map { ForeignText.printable(String($0)) }.joined(separator: "\r\n"))
  }

  /// A result of one line.
  public func print(_ line: String) { results.write(ForeignText.printable(line) + "\n") }

  /// A result of one line in parts, each in its style where standard output shows colour.
  public func print(_ parts: [(text: String, style: TextStyle?)], on terminal: Terminal) {
    let line = parts.map { part in
      let text = ForeignText.printable(part.text)
      return part.style.map { terminal.styled(text, $0) } ?? text
    }
    results.write(line.joined() + "\n")
  }

  public func print(_ table: TextTable, indent: String = "") {
    for line in table.lines { print(indent + line) }
  }

  public func print(json value: some Encodable) throws {
    print(jsonLine: try JSONLine.text(of: value))
  }

  /// A line that is JSON already.
  public func print(jsonLine line: String) { results.write(ForeignText.escaped(json: line) + "\n") }

  /// A remark; programs and those who asked for quiet do not see it.
  public func note(_ line: String) {
    if isQuiet || isJSON { return }
    talk.write("plumb: \(ForeignText.printable(line))\n")
  }

  /// What asks a person at a terminal for the next line.
  public func ask(_ text: String) { talk.write(ForeignText.printable(text)) }

  /// An error; a description of several mistakes has a line for each.
  public func complain(_ text: String) {
    for line in text.split(separator: "\n") {
      talk.write("plumb: \(ForeignText.printable(String(line)))\n")
    }
  }

  /// Nobody reads the results any more: a loop that does nothing but print may end.
  public var isUnread: Bool { results.failure != nil }

  /// The exit code of a program that ends with `code`, after what became of its output.
  ///
  /// A success whose results could not be written is none: 141 where the reader of a pipe has gone,
  /// else 6 and one line. Lost lines of progress change nothing.
  ///
  /// - Parameter leavesRecords: what was found lies in files too; whoever closed standard output does
  ///   not want to read it there.
  public func finish(_ code: ExitCode, leavesRecords: Bool = false) -> ExitCode {
    guard code == .success, let failure = results.failure else { return code }
    if failure == EBADF, leavesRecords { return code }
    if failure == EPIPE { return .pipeClosed }
    complain("standard output: cannot write: \(String(cString: strerror(failure)))")
    return .fileSystem
  }
}
