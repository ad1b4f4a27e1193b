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

  private func type(of url: URL) -> mode_t {
    var status = stat()
    return lstat(url.filePath, &status) == 0 ? status.st_mode & S_IFMT : 0
  }

  @Test func aPipeIsWrittenToAndStays() throws {
    let directory = try TemporaryFolder()
    let pipe = directory.url.appending(path: "pipe")
    try #require(mkfifo(pipe.filePath, 0o600) == 0)
    let reader = open(pipe.filePath, O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    try AtomicFile.write(Data("whole".utf8), to: pipe)
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = read(reader, &bytes, bytes.count)
    #expect(bytes.prefix(max(0, count)).elementsEqual("whole".utf8))
    #expect(type(of: pipe) == S_IFIFO)
    #expect(directory.names == ["pipe"])
  }

  @Test func aLinkToAPipeIsFollowed() throws {
    let directory = try TemporaryFolder()
    let (pipe, link) = (
      directory.url.appending(path: "pipe"), directory.url.appending(path: "link")
    )
    try #require(mkfifo(pipe.filePath, 0o600) == 0)
    try #require(symlink("pipe", link.filePath) == 0)
    let reader = open(pipe.filePath, O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    let hash = try AtomicFile.writeHashed(to: link) { try $0.append(Data("whole".utf8)) }
    #expect(hash == SHA256.hex(of: Data("whole".utf8)))
    #expect(type(of: link) == S_IFLNK)
    #expect(type(of: pipe) == S_IFIFO)
  }

  /// A node like `/dev/full`, where the machine lets one be made.
  @Test func aFullDeviceIsAnErrorAndStays() throws {
    let directory = try TemporaryFolder()
    let full = directory.url.appending(path: "full")
    guard mknod(full.filePath, S_IFCHR | 0o600, 1 << 8 | 7) == 0 else { return }
    let probe = open(full.filePath, O_WRONLY)
    guard probe >= 0 else { return }
    close(probe)
    let failure = RunError.fileSystem(
      path: full.filePath, operation: "write 4 bytes", code: ENOSPC)
    #expect(throws: failure) { try AtomicFile.write(Data("lost".utf8), to: full) }
    #expect(failure.exitCode == 6)
    #expect(type(of: full) == S_IFCHR)
    #expect(directory.names == ["full"])
  }

  @Test(arguments: [["old"], []])
  func aLinkIsFollowedAndItsFileReplaced(_ before: [String]) throws {
    let directory = try TemporaryFolder()
    for text in before { try directory.write("file", text) }
    try #require(symlink("file", directory.url.appending(path: "near").filePath) == 0)
    let far = directory.url.appending(path: "far")
    try #require(symlink(directory.url.appending(path: "near").filePath, far.filePath) == 0)
    try AtomicFile.write(Data("new".utf8), to: far)
    let file = directory.url.appending(path: "file")
    #expect(try String(contentsOf: file, encoding: .utf8) == "new")
    #expect(type(of: file) == S_IFREG)
    #expect(type(of: far) == S_IFLNK)
    #expect(directory.names == ["far", "file", "near"])
  }

  @Test func aLinkToItselfIsRefused() throws {
    let directory = try TemporaryFolder()
    let loop = directory.url.appending(path: "loop")
    try #require(symlink("loop", loop.filePath) == 0)
    #expect(
      throws: RunError.fileSystem(path: loop.filePath, operation: "inspect", code: ELOOP)
    ) {
      try AtomicFile.write(Data(), to: loop)
    }
    #expect(type(of: loop) == S_IFLNK)
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
