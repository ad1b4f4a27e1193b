import Command
import Foundation
import Testing

/// What the built programs do where output fails and text is hostile.
@Suite struct HostileOutputTests {
  private func shell(_ script: String, in folder: URL) throws -> Program.Outcome {
    try Program.start(
      arguments: ["-c", script], in: folder, program: URL(filePath: "/bin/bash"),
      environment: ["PLUMB": Program.plumb.path, "SWIFT_BACKTRACE": "enable=no"])
  }

  private func withFiles(_ body: (URL) throws -> Void) throws {
    try Program.withFolder { folder in
      let hostile = #"{"text":"a\u001b]0;x\u0007\u009b31m\u202eb"}"# + "\n{\"text\":\"\"}\n"
      try Data(hostile.utf8).write(to: folder.appending(path: "rows\u{1B}[2J.jsonl"))
      let recipe = "name: x\ndata:\n  \"n\\e[1m\": {files: \"rows\\e[2J.jsonl\"}\n"
      try Data(recipe.utf8).write(to: folder.appending(path: "r.yaml"))
      try body(folder)
    }
  }

  @Test func `output that cannot be written ends quietly with its code`() throws {
    try withFiles { folder in
      for (script, code) in [
        ("\"$PLUMB\" --version >/dev/full", 6), ("\"$PLUMB\" --help >/dev/full", 6),
        ("\"$PLUMB\" --version >&-", 6), ("\"$PLUMB\" nosuch 2>/dev/full", 2),
        ("\"$PLUMB\" --version <&- >&- 2>&-", 6),
      ] {
        let outcome = try shell(script, in: folder)
        #expect(outcome.code == Int32(code), "\(script): \(outcome)")
        #expect(!outcome.complaint.contains("Fatal error"))
      }
      let full = try shell("\"$PLUMB\" --version >/dev/full", in: folder)
      #expect(
        full.complaint == "plumb: standard output: cannot write: No space left on device\n")
      let gone = try shell("(sleep 0.3; \"$PLUMB\" --help; echo $? >&2) | true", in: folder)
      #expect(gone.complaint == "141\n")
    }
  }

  @Test func `no escape of data, names or files reaches a terminal`() throws {
    try withFiles { folder in
      for arguments in [["data", "r.yaml"], ["data", "r.yaml", "--json"]] {
        let outcome = try Program.start(arguments: arguments, in: folder)
        #expect(outcome.code == 3)
        for scalar in (outcome.output + outcome.complaint).unicodeScalars {
          let isPlain = scalar.value >= 0xA0 || (0x20..<0x7F).contains(scalar.value)
          #expect((isPlain && scalar.value != 0x202E) || scalar == "\n" || scalar == "\t")
        }
        #expect(outcome.output.contains("31m") == (arguments.count == 2))
      }
    }
  }

  @Test func `where memory is limited the engine is tried before it is loaded`() throws {
    try withFiles { folder in
      let outcome = try shell("ulimit -v 400000; \"$PLUMB\" check r.yaml", in: folder)
      #expect(outcome.code == 5)
      #expect(outcome.complaint.hasPrefix("plumb: the limit on memory (ulimit -v) is "))
      #expect(outcome.complaint.split(separator: "\n").count == 1)
    }
  }
}
