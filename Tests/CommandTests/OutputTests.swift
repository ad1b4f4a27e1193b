import Foundation
import Runs
import Testing

@testable import Command

@Suite struct OutputTests {
  /// What an output wrote to its two streams, which are files here.
  private func written(
    _ format: OutputFormat = .text, _ body: (Output) throws -> Void
  ) throws -> (results: String, talk: String) {
    let (results, talk) = (tmpfile(), tmpfile())
    defer { for file in [results, talk] { fclose(file) } }
    let streams = [results, talk].map {
      StandardStream(descriptor: fileno($0))
    }
    try body(Output(format: format, isQuiet: false, results: streams[0], talk: streams[1]))
    let texts = streams.map { stream in
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = pread(stream.descriptor, &bytes, bytes.count, 0)
      return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
    return (texts[0], texts[1])
  }

  private static let hostile = "a\u{1B}[2J\u{9B}31m\u{202E}b"

  @Test func `no control character of foreign text is printed, whoever prints it`() throws {
    let (results, talk) = try written { output in
      output.print(Self.hostile + "\n")
      output.write("one\n\ttwo\u{07}\n")
      var table = TextTable([("x", .left)])
      table.append(["c\u{1B}\nd"])
      output.print(table)
      output.note(Self.hostile)
      output.complain("bad \u{1B}\nworse")
    }
    #expect(
      results == "a␛[2J\u{FFFD}31m\u{FFFD}b␊\none\n\ttwo␇\nx\nc␛␊d\n")
    #expect(talk == "plumb: a␛[2J\u{FFFD}31m\u{FFFD}b\nplumb: bad ␛\nplumb: worse\n")
  }

  @Test func `JSON keeps its values and holds no raw control`() throws {
    let text = Self.hostile + "\u{7F}é"
    let (results, _) = try written(.json) { try $0.print(json: ["text": text]) }
    #expect(results == #"{"text":"a\u001b[2J\u009b31m\u202eb\u007fé"}"# + "\n")
    let back = try JSONDecoder().decode([String: String].self, from: Data(results.utf8))
    #expect(back["text"] == text)
  }

  /// Sentences, a table and lines as they are, as commands print them.
  private func report(_ output: Output) {
    output.print("5 % of a_b")
    output.print("  indented")
    output.print("")
    var table = TextTable([("name", .left), ("won", .right)])
    table.append(["a|b", "[1]"])
    output.print(table, indent: "  ")
  }

  @Test func `sentences and tables become Markdown and LaTeX`() throws {
    #expect(
      try written(.markdown, report).results == """
        5 % of a\\_b

        indented

        | name | won |
        | --- | ---: |
        | a\\|b | \\[1\\] |

        """)
    #expect(
      try written(.latex, report).results == """
        5 \\% of a\\_b

        indented

        {\\noindent
        \\begin{tabular}{lr}
        \\hline
        name & won \\\\
        \\hline
        {a$|$b} & {[1]} \\\\
        \\hline
        \\end{tabular}
        }

        """)
  }

  @Test func `a table without a heading has none on a terminal`() {
    var table = TextTable([("", .left), ("", .left)])
    table.append(["a", "b"])
    #expect(table.lines == ["a  b"])
    #expect(table.markdown == ["|  |  |", "| --- | --- |", "| a | b |"])
  }

  @Test func `what has no record of its own is one for programs all the same`() throws {
    let (results, _) = try written(.json, report)
    let lines = results.split(separator: "\n")
    #expect(lines.first == #"{"kind":"text","text":"5 % of a_b"}"#)
    #expect(lines.count == 4)
  }

  private struct Row: Encodable {
    var kind = "row"
    var name: String
    var estimate: [String: Double]? = nil
    var list: [Int]? = nil
  }

  @Test func `records are one table of CSV under the keys of all`() throws {
    var code = ExitCode.success
    let (results, _) = try written(.csv) { output in
      try output.print(json: Row(name: "a,\"b\"\u{1B}", estimate: ["low": -0.5, "value": 0.1]))
      try output.print(json: Row(name: "c", list: [1, 2]))
      code = output.finish(.success)
    }
    #expect(code == .success)
    #expect(
      results == "kind,estimate_low,estimate_value,name,list\r\nrow,-0.5,0.1,\"a,\"\"b\"\"␛\",\r\n"
        + "row,,,c,\"[1, 2]\"\r\n")
  }

  @Test func `an error is one object for programs, whatever its lines`() throws {
    struct Mistakes: Error, CustomStringConvertible { let description = "one\ntwo" }
    let (results, talk) = try written(.json) { output in
      try output.print(json: ["a": 1])
      #expect(output.fail(Mistakes(), .data) == .data)
    }
    #expect(results == "{\"a\":1}\n")
    #expect(talk == #"{"kind":"error","message":"one\ntwo","exit_code":3}"# + "\n")
  }

  /// Each in a process of its own: descriptors and signals belong to the process.
  @Test func `results that a full disk loses end a success with 6`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      let full = StandardStream(descriptor: open("/dev/full", O_WRONLY))
      let talk = StandardStream(descriptor: open("/dev/null", O_WRONLY))
      let output = Output(format: .text, isQuiet: false, results: full, talk: talk)
      guard output.finish(.success) == .success else { exit(90) }
      output.print("lost")
      output.print("lost too")
      guard output.finish(.success) == .fileSystem else { exit(91) }
      exit(output.finish(.data) == .data ? 0 : 92)
    }
  }

  @Test func `a reader that has gone ends a success with 141, and is no signal`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      StandardStream.secure()
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0, close(ends[0]) == 0 else { exit(90) }
      let gone = StandardStream(descriptor: ends[1])
      let output = Output(format: .text, isQuiet: false, results: gone, talk: gone)
      output.print("lost")
      exit(output.isUnread && output.finish(.success) == .pipeClosed ? 0 : 91)
    }
  }

  @Test func `lost lines of progress and errors change no exit code`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      let full = StandardStream(descriptor: open("/dev/full", O_WRONLY))
      let null = StandardStream(descriptor: open("/dev/null", O_WRONLY))
      let output = Output(format: .text, isQuiet: false, results: null, talk: full)
      output.note("lost")
      output.complain("lost")
      exit(output.finish(.success) == .success ? 0 : 91)
    }
  }

  @Test func `closed standard descriptors are taken, so that no file gets their numbers`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      // Threads of the test's own process open files too, and may take a number in between.
      for _ in 0..<100 where fcntl(1, F_GETFL) & O_ACCMODE != O_RDONLY {
        for descriptor: Int32 in 0...2 { close(descriptor) }
        StandardStream.secure()
      }
      let file = open("/dev/zero", O_RDONLY)
      guard file > 2 else { exit(90) }
      let output = Output(format: .text, isQuiet: false)
      output.print("nobody reads this")
      guard output.finish(.success) == .fileSystem else { exit(91) }
      // Who leaves records goes on.
      exit(output.finish(.success, leavesRecords: true) == .success ? 0 : 92)
    }
  }
}

@Suite(.enabled(if: Repository.isCheckout)) struct PrintingTests {
  private static let forbidden = [
    "FileHandle.standard", "Swift.print(", "STDOUT_FILENO", "STDERR_FILENO", "putchar(",
    ", stdout)", ", stderr)", "std::cout", "std::cerr", " printf(", "fprintf(",
  ]

  static func printing(_ text: String) -> [String] {
    // Swift's own function, called on nothing.
    let calls = text.split(separator: "\n").contains { line in
      line.trimmingCharacters(in: .whitespaces).hasPrefix("print(\"")
    }
    return forbidden.filter(text.contains) + (calls ? ["print("] : [])
  }

  @Test func `only the output type writes to the standard streams`() throws {
    for file in try Repository.trackedFiles()
    where file.hasPrefix("Sources/") && [".swift", ".cpp", ".h"].contains(where: file.hasSuffix) {
      let url = Repository.root.appending(path: file)
      guard file != "Sources/Command/StandardStream.swift",
        let data = FileManager.default.contents(atPath: url.path)
      else { continue }
      let found = Self.printing(String(decoding: data, as: UTF8.self))
      #expect(found.isEmpty, "\(file) prints by \(found.joined(separator: ", "))")
    }
  }

  @Test func `another way of printing would be found`() {
    #expect(Self.printing("  print(\"hello\")") == ["print("])
    #expect(Self.printing("FileHandle.standardError.write(x)") == ["FileHandle.standard"])
  }
}
