import Foundation
import Glibc
import TestSupport
import Testing

@testable import Runs

@Suite struct AtomicFileTests {
  struct Interruption: Error {}

  @Test func aFileIsReplacedWhole() throws {
    let directory = try TemporaryFolder()
    let file = try directory.write("a", "old and longer")
    try AtomicFile.write(Data("new".utf8), to: file)
    #expect(try String(contentsOf: file, encoding: .utf8) == "new")
    #expect(directory.names == ["a"])
  }

  @Test func piecesArriveInOrder() throws {
    let directory = try TemporaryFolder()
    let file = directory.url.appending(path: "a")
    var expected = Data()
    let hash = try AtomicFile.writeHashed(to: file) { writer in
      for size in [1, 300_000, 7, 0, 262_143, 262_144, 5] {
        let piece = Data(repeating: UInt8(size % 251), count: size)
        expected += piece
        try writer.append(piece)
      }
      #expect(writer.count == expected.count)
    }
    #expect(try Data(contentsOf: file) == expected)
    #expect(hash == SHA256.hex(of: expected))
  }

  @Test func aFailedWriteLeavesTheOldFileAndNothingElse() throws {
    let directory = try TemporaryFolder()
    let file = try directory.write("a", "old")
    #expect(throws: Interruption.self) {
      try AtomicFile.write(to: file) { writer in
        try writer.append(Data("half".utf8))
        throw Interruption()
      }
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == "old")
    #expect(directory.names == ["a"])
  }

  @Test func aMissingDirectoryIsReportedUnderTheTargetsName() {
    #expect(
      throws: RunError.fileSystem(path: "/nowhere/a", operation: "create", code: ENOENT)
    ) {
      try AtomicFile.write(Data(), to: URL(filePath: "/nowhere/a"))
    }
  }

  @Test func aDirectoryIsNotReplaced() throws {
    let directory = try TemporaryFolder()
    let target = directory.url.appending(path: "a")
    try FileManager.default.createDirectory(at: target, withIntermediateDirectories: false)
    let text = message { try AtomicFile.write(Data(), to: target) }
    #expect(text.hasPrefix("\(target.filePath): cannot rename "))
    #expect(text.hasSuffix(" to it: Is a directory"))
    #expect(directory.names == ["a"])
  }

  @Test func permissionsFollowTheMask() throws {
    let directory = try TemporaryFolder()
    let file = directory.url.appending(path: "a")
    try AtomicFile.write(Data(), to: file)
    let mask = umask(0)
    umask(mask)
    var status = stat()
    #expect(stat(file.filePath, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o666 & ~mask)
  }

  @Test func theLongestNameCanBeWritten() throws {
    let directory = try TemporaryFolder()
    let name = String(repeating: "n", count: 255)
    try AtomicFile.write(Data(), to: directory.url.appending(path: name))
    #expect(directory.names == [name])
    let text = message {
      try AtomicFile.write(Data(), to: directory.url.appending(path: name + "n"))
    }
    #expect(text.hasSuffix("File name too long; choose a shorter name"))
    #expect(directory.names == [name])
  }

  @Test func onlyTheDeadAreSwept() throws {
    let directory = try TemporaryFolder()
    let dead = try deadProcess()
    try directory.write(".plumb-\(dead)-0.tmp")
    try directory.write(".plumb-1-0.tmp")
    try directory.write(".plumb-x-0.tmp")
    #expect(try AtomicFile.sweep(directory.url) == [".plumb-\(dead)-0.tmp"])
    #expect(directory.names == [".plumb-1-0.tmp", ".plumb-x-0.tmp"])
  }
}
