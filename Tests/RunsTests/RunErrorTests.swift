import Foundation
import Glibc
import Testing

@testable import Runs

@Suite struct RunErrorTests {
  @Test func everyErrorHasItsExitCode() {
    #expect(RunError.locked(path: "a", holder: "b").exitCode == 2)
    #expect(RunError.invalidFile(path: "a", problem: "b").exitCode == 3)
    #expect(RunError.unwritable(path: "a", problem: "b").exitCode == 5)
    #expect(RunError.fileSystem(path: "a", operation: "b", code: EIO).exitCode == 6)
    #expect(RunError.insufficientSpace(path: "a", needed: 2, free: 1).exitCode == 6)
  }

  @Test func messagesSayWhatToDo() {
    #expect(
      "\(RunError.fileSystem(path: "/a/b", operation: "write 4096 bytes", code: ENOSPC))"
        == "/a/b: cannot write 4096 bytes: No space left on device; free space on that file "
        + "system and start again")
    #expect(
      "\(RunError.insufficientSpace(path: "/a", needed: 2_500_000, free: 0))"
        == "/a: needs 3 MB (2500000 bytes) but only 0 MB (0 bytes) are free; free space on that "
        + "file system and start again")
    #expect(
      "\(RunError.locked(path: "/run", holder: "process 7 on box"))"
        == "/run: in use by process 7 on box; stop it first, or choose another run directory")
  }

  @Test func namesFromFilesStayOnOneLine() {
    #expect("a\nb\u{1B}[2J\u{202E}".quoted == "'a\\u{a}b\\u{1b}[2J\\u{202e}'")
    #expect("é".quoted == "'é'")
    #expect(String(repeating: "x", count: 90).quoted.count == 82)
    #expect(
      "\(RunError.invalidFile(path: "/a\nb", problem: "bad"))" == "/a\\u{a}b: bad")
  }
}
