import Runs
import Testing

@testable import Command

/// Every command prints its results in the formats that it names, by one option, and refuses others.
@Suite struct FormatTests {
  /// Words with which a command is whole; a new command has to be given some.
  static func words(_ name: CommandName) -> [String] {
    switch name {
    case .run, .train, .check, .plan, .data: ["recipe.yaml"]
    case .watch, .evaluate, .compare, .verify: ["run"]
    case .exam: ["model", "--task", "arc=file"]
    case .judge: ["a.json", "b.json", "--judge", "longer"]
    case .annotate: ["a.json", "b.json", "-o", "page.html"]
    case .calibrate: ["judged", "--human", "labels", "-o", "file"]
    case .diff: ["one", "two"]
    case .report: ["run", "cost"]
    case .capsule: ["run", "-o", "run.tar"]
    case .export, .merge: ["run", "-o", "folder"]
    case .logs: ["run", "--format", "csv", "-o", "folder"]
    case .sample, .model: ["model"]
    case .leaderboard, .agreement: ["file"]
    case .explain: ["dpo"]
    case .completion: ["bash"]
    case .doctor, .power, .theory, .methods, .initialise, .schema, .help: []
    }
  }

  private static func format(_ name: CommandName, _ words: [String]) throws -> OutputFormat {
    try Invocation([name.rawValue] + Self.words(name) + words).format
  }

  @Test(arguments: CommandName.allCases) func `a command takes what it names`(
    _ name: CommandName
  ) throws {
    #expect(try Self.format(name, ["--json"]) == .json)
    // Without a format it writes a page, and wants its file.
    #expect(try name == .report || Self.format(name, []) == .text)
    let shared = CommandFormats.of(name).shared
    for format in shared {
      #expect(try Self.format(name, ["--format", format.rawValue]) == format)
    }
    #expect(name == .logs || shared.starts(with: [.text, .json]))
    guard shared.contains(.json) else { return }
    #expect(try Self.format(name, ["--format=json", "--json"]) == .json)
    let error = #expect(throws: CommandError.self) {
      try Self.format(name, ["--format", "text", "--json"])
    }
    #expect(error.map { "\($0)" } == "--format text does not go with --json; leave one out")
  }

  @Test(arguments: CommandName.allCases) func `others are refused in a line that names its own`(
    _ name: CommandName
  ) throws {
    let formats = CommandFormats.of(name)
    let others = OutputFormat.allCases.map(\.rawValue).filter { !formats.words.contains($0) }
    for word in others + ["make-believe"] {
      let error = #expect(throws: CommandError.self) { try Self.format(name, ["--format", word]) }
      let line = error.map { "\($0)" } ?? ""
      let own = formats.words.joined(separator: ", ")
      #expect(line.hasPrefix("--format wants one of \(own), not `\(word)`"))
      #expect(!line.contains("\n"))
    }
  }

  @Test func `words of one command alone are for nobody else's results`() throws {
    #expect(try Invocation(["plan", "r.yaml", "--format", "make"]).format == .text)
    #expect(try Invocation(["report", "run", "--format", "list", "--json"]).format == .json)
    #expect(
      try Invocation(["report", "run", "cost", "--json"]).request
        == .table(run: "run", table: "cost", output: nil))
    #expect(throws: CommandError.self) {
      try Invocation(["plan", "r.yaml", "--format", "slurm", "--json"])
    }
  }

  @Test func `a mistake of a command line that asks for JSON is told in JSON`() {
    #expect(Invocation.wantsJSON(["trian", "--json"]))
    #expect(Invocation.wantsJSON(["compare", "--format", "json"]))
    #expect(Invocation.wantsJSON(["compare", "--format=json"]))
    #expect(!Invocation.wantsJSON(["compare", "--", "--json"]))
    #expect(!Invocation.wantsJSON(["compare", "--format", "csv", "json"]))
  }
}
