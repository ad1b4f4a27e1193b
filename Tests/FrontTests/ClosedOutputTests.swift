import Foundation
import Testing

/// Results that nobody can read are no success.
@Suite struct ClosedOutputTests {
  private func closed(_ arguments: [String]) throws -> Program.Outcome {
    try Program.start(
      arguments: ["-c", #"exec "$0" "$@" >&-"#, Program.plumb.path] + arguments,
      program: URL(filePath: "/bin/sh"))
  }

  @Test(arguments: [
    ["--version"], ["--help"], ["doctor"], ["compare", Program.run],
    ["power", "--deviation", "0.3", "--difference", "0.1"],
  ])
  func `a closed standard output ends with 6 and one line`(_ arguments: [String]) throws {
    let outcome = try closed(arguments)
    #expect(outcome.code == 6, "\(arguments)")
    #expect(
      outcome.complaint.hasSuffix("plumb: standard output: cannot write: Bad file descriptor\n"),
      "\(outcome.complaint)")
  }

  @Test func `what leaves a file goes on`() throws {
    try Program.withFolder { folder in
      let page = folder.appending(path: "page.html")
      let outcome = try closed(["report", Program.run, "-o", page.path])
      #expect(outcome == Program.Outcome(code: 0, output: "", complaint: ""))
      #expect(FileManager.default.fileExists(atPath: page.path))
    }
  }

  @Test func `a report follows a link and leaves it`() throws {
    try Program.withFolder { folder in
      let link = folder.appending(path: "link.html")
      try FileManager.default.createSymbolicLink(
        atPath: link.path, withDestinationPath: "page.html")
      let outcome = try Program.start("report", Program.run, "-o", link.path)
      #expect(outcome.code == 0)
      #expect(
        try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == "page.html")
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: "page.html").path))
    }
  }
}
