import Glibc
import Runs

/// What both programs print: results to standard output, everything else to standard error.
///
/// Whatever is printed passes ``ForeignText`` here, so that no text of a model, a file or a server
/// reaches a terminal with its control characters, whoever prints it. And it gets the form that was asked for
/// here, so that no command has one of its own: sentences and tables become Markdown or LaTeX, and what
/// programs read holds nothing but records.
public struct Output: Sendable {
  public let format: OutputFormat
  public let isQuiet: Bool
  private let results: StandardStream
  private let talk: StandardStream
  private let page = OutputPage()

  public init(format: OutputFormat, isQuiet: Bool) {
    self.init(format: format, isQuiet: isQuiet, results: .output, talk: .error)
  }

  init(format: OutputFormat, isQuiet: Bool, results: StandardStream, talk: StandardStream) {
    self.format = format
    self.isQuiet = isQuiet
    self.results = results
    self.talk = talk
  }

  /// Whether progress and errors are objects too.
  public var isJSON: Bool { format == .json }

  /// Whether results are wanted as records, by ``print(json:)``, and not as words.
  public var givesRecords: Bool { format.isForPrograms }

  // MARK: Results

  /// A result of several lines.
  public func write(_ text: String) {
    switch format {
    case .text: results.write(ForeignText.printable(text, keepingLines: true))
    case .json, .csv: print(record: text)
    case .markdown, .latex:
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      for line in text.hasSuffix("\n") ? lines.dropLast() : lines { print(sentence: String(line)) }
    }
  }

  /// A result that is in the form that was asked for already, with its own ends of lines.
  public func write(formatted text: String) {
    let lines = text.replacing("\r\n", with: "\n").split(
      separator: "\n", omittingEmptySubsequences: false)
    results.write(
      lines.map { ForeignText.printable(String($0), keepingLines: true) }
        .joined(separator: text.contains("\r\n") ? "\r\n" : "\n"))
  }

  /// A result of one line.
  public func print(_ line: String) {
    switch format {
    case .text: results.write(ForeignText.printable(line) + "\n")
    case .json, .csv: print(record: line)
    case .markdown, .latex: print(sentence: line)
    }
  }

  /// A result of one line in parts, each in its style where standard output shows colour.
  public func print(_ parts: [(text: String, style: TextStyle?)], on terminal: Terminal) {
    guard format == .text else { return print(parts.map(\.text).joined()) }
    let line = parts.map { part in
      let text = ForeignText.printable(part.text)
      return part.style.map { terminal.styled(text, $0) } ?? text
    }
    results.write(line.joined() + "\n")
  }

  public func print(_ table: TextTable, indent: String = "") {
    switch format {
    case .text: for line in table.lines { print(indent + line) }
    case .json, .csv: for line in table.lines { print(record: line) }
    case .markdown: results.write(page.block(table.markdown))
    case .latex: results.write(page.block(table.latex))
    }
  }

  /// A record: a line of JSON, or a row of CSV.
  public func print(json value: some Encodable) throws {
    print(jsonLine: try JSONLine.text(of: value))
  }

  /// A record that is JSON already.
  public func print(jsonLine line: String) {
    guard format != .csv else { return page.keep(ForeignText.escaped(json: line)) }
    results.write(ForeignText.escaped(json: line) + "\n")
  }

  /// Words of a command that has no record for them.
  private func print(record text: String) {
    guard text.contains(where: { !$0.isWhitespace }) else { return }
    print(jsonLine: "{\"kind\":\"text\",\"text\":\(JSONText.quoted(text))}")
  }

  private func print(sentence line: String) {
    let text = ForeignText.printable(String(line.drop { $0 == " " }))
    results.write(
      page.paragraph(
        format == .latex ? LaTeXText.escaped(text) : MarkdownText.escaped(text)))
  }

  // MARK: Talk

  /// A remark; programs and those who asked for quiet do not see it.
  public func note(_ line: String) {
    if isQuiet || isJSON { return }
    talk.write("plumb: \(ForeignText.printable(line))\n")
  }

  /// What asks a person at a terminal for the next line.
  public func ask(_ text: String) { talk.write(ForeignText.printable(text)) }

  /// An error; a description of several mistakes has a line for each. For programs it is one object.
  ///
  /// - Parameter code: what the program ends with, where this is what ends it.
  public func complain(_ text: String, code: ExitCode? = nil) {
    if isJSON {
      let end = code.map { ",\"exit_code\":\($0.rawValue)" } ?? ""
      let line = "{\"kind\":\"error\",\"message\":\(JSONText.quoted(text))\(end)}"
      return talk.write(ForeignText.escaped(json: line) + "\n")
    }
    for line in text.split(separator: "\n") {
      talk.write("plumb: \(ForeignText.printable(String(line)))\n")
    }
  }

  // MARK: The end

  /// Nobody reads the results any more: a loop that does nothing but print may end.
  public var isUnread: Bool { results.failure != nil }

  /// An error that ends the program.
  public func fail(_ error: any Error, _ code: ExitCode) -> ExitCode {
    results.write(page.table)
    complain("\(error)", code: code)
    return code
  }

  /// The exit code of a program that ends with `code`, after what became of its output.
  ///
  /// A success whose results could not be written is none: 141 where the reader of a pipe has gone,
  /// else 6 and one line. Lost lines of progress change nothing.
  ///
  /// - Parameter leavesRecords: what was found lies in files too; whoever closed standard output does
  ///   not want to read it there.
  public func finish(_ code: ExitCode, leavesRecords: Bool = false) -> ExitCode {
    results.write(page.table)
    guard code == .success, let failure = results.failure else { return code }
    if failure == EBADF, leavesRecords { return code }
    if failure == EPIPE { return .pipeClosed }
    complain("standard output: cannot write: \(String(cString: strerror(failure)))")
    return .fileSystem
  }
}
