import Command
import Foundation
import Testing

@Suite struct FrontTests {
  @Test func `help is short, and quick`() throws {
    let clock = ContinuousClock()
    var best = Duration.seconds(60)
    for _ in 0..<5 {
      let start = clock.now
      let outcome = try Program.start("--help")
      best = min(best, clock.now - start)
      #expect(outcome == Program.Outcome(code: 0, output: Usage.text, complaint: ""))
      #expect(outcome.output.split(separator: "\n", omittingEmptySubsequences: false).count <= 61)
    }
    print("plumb --help: \(best / .milliseconds(1)) ms")
  }

  @Test func `help of a command, and the version`() throws {
    #expect(try Program.start("help", "report").output == Usage.text(for: .report))
    #expect(try Program.start("--version").output.hasPrefix("plumb \(Plumb.version)\n"))
  }

  private static let mistakes: [([String], Int32, String)] = [
    (["reprot"], 2, "unknown command `reprot`; did you mean report?"),
    (
      ["report", "a"], 2,
      "plumb report wants --output FILE, or a TABLE (--format list names them); plumb report --help says more"
    ),
    (
      ["report", Program.run, "-o", "/no/such/page.html"], 6,
      "/no/such: no such folder; make it first, or write the report elsewhere"
    ),
    (
      ["report", "/no/run", "-o", "/tmp/page.html"], 3,
      "/no/run/evaluation.json: no such file; give the folder of a run"
    ),
    (
      ["compare", Program.fixtures.path], 3,
      "\(Program.fixtures.path)/evaluation.json: no such file; "
        + "run 'plumb evaluate' on this run first"
    ),
    (
      ["compare", Program.run, Program.run], 3,
      "'\(Program.run)' is given twice; name each run once"
    ),
    (["data", "/no/recipe.yaml"], 3, "/no/recipe.yaml: no such file; give the path of a recipe"),
  ]

  @Test(arguments: mistakes) func `a mistake is one line and an exit code`(
    arguments: [String], code: Int32, message: String
  ) throws {
    let process = try Program.start(arguments: arguments)
    #expect(process.complaint == "plumb: \(message)\n")
    #expect(process.code == code)
    #expect(process.output == "")
  }

  @Test func `what computes is handed over, arguments and exit code whole`() throws {
    try Program.withFolder { folder in
      let copy = try Program.copied(into: folder)
      let engine = folder.appending(path: "plumb-engine")
      #expect(
        try Program.start("run", program: copy)
          == Program.Outcome(
            code: 6, output: "",
            complaint: "plumb: \(engine.path): no such program, and this command needs it; "
              + "make build makes both\n"))
      try Data("#!/bin/sh\nprintf '<%s>' \"$@\"\nexit 130\n".utf8).write(to: engine)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: engine.path)
      // A link to the command finds the engine beside the command itself.
      let link = folder.appending(path: "link")
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: copy)
      #expect(
        try Program.start("run", "a b.yaml", "--set", "x.y=1", program: link)
          == Program.Outcome(code: 130, output: "<run><a b.yaml><--set><x.y=1>", complaint: ""))
      // What needs no engine is not handed over, and a wrong command line does not get that far.
      #expect(try Program.start("--version", program: copy).output == "plumb 0.1.0\n")
      #expect(try Program.start("run", "--otput", program: copy).code == 2)
    }
  }

  @Test func `doctor says what is missing`() throws {
    try Program.withFolder { folder in
      let copy = try Program.copied(into: folder)
      let engine = folder.appending(path: "plumb-engine")
      let without = try Program.start("doctor", program: copy)
      #expect(without.code == 1)
      #expect(without.output.contains("\nplumb-engine  MISSING: \(engine.path): no such program"))
      #expect(without.output.hasPrefix("plumb         0.1.0\nsystem        "))
      func write(_ script: String) throws {
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: engine)
        try FileManager.default.setAttributes(
          [.posixPermissions: 0o755], ofItemAtPath: engine.path)
      }
      try write("echo 'libtorch_cpu.so: cannot open shared object file' >&2; exit 127")
      let broken = try Program.start("doctor", program: copy)
      #expect(broken.code == 1)
      #expect(
        broken.output.hasSuffix(
          "libtorch      MISSING: libtorch_cpu.so: cannot open shared object file; "
            + "make setup links it again\n"))
      try write("printf 'libtorch\\t2.9\\nCUDA devices\\tnone\\n'")
      let whole = try Program.start("doctor", program: copy)
      #expect(whole.code == 0)
      #expect(whole.output.hasSuffix("libtorch      2.9\nCUDA devices  none\n"))
    }
  }
}
