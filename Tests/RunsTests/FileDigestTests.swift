import Foundation
import TestSupport
import Testing

@testable import Runs

@Suite struct FileDigestTests {
  @Test func `a file that changed has another digest, however soon`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("a", "one")
    #expect(try FileDigest.of(file) == SHA256.hex(of: "one"))
    // The same size, and as good as the same time.
    try folder.write("a", "two")
    #expect(try FileDigest.of(file) == SHA256.hex(of: "two"))
  }

  @Test func `an old file is read once, and again when it changed`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("a", "one")
    let handle = try FileHandle(forUpdating: file)
    Thread.sleep(forTimeInterval: 2.1)
    let before = FileDigest.count
    #expect(try FileDigest.of(file) == SHA256.hex(of: "one"))
    #expect(FileDigest.count == before + 1)
    #expect(try FileDigest.of(file) == SHA256.hex(of: "one"))
    #expect(FileDigest.count == before + 1)
    try handle.write(contentsOf: Data("two".utf8))
    #expect(try FileDigest.of(file) == SHA256.hex(of: "two"))
  }
}
