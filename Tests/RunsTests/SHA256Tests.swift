import Foundation
import TestSupport
import Testing

@testable import Runs

@Suite struct SHA256Tests {
  // The examples of FIPS 180-4.
  @Test func textsHaveTheirPublishedDigests() {
    #expect(
      SHA256.hex(of: "abc")
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      SHA256.hex(of: Data())
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test func filesAreHashedInPieces() throws {
    let directory = try TemporaryFolder()
    let data = Data(repeating: UInt8(ascii: "a"), count: 1_000_000)
    let long = data + data
    let file = directory.url.appending(path: "a")
    try data.write(to: file)
    #expect(
      try SHA256.hex(ofFile: file)
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    try long.write(to: file)
    #expect(try SHA256.hex(ofFile: file) == SHA256.hex(of: long))
  }

  @Test func aMissingFileIsNamed() {
    #expect(
      message { _ = try SHA256.hex(ofFile: URL(filePath: "/nowhere/x")) }
        == "/nowhere/x: cannot open: No such file or directory; check the path")
  }

  @Test func aDirectoryIsRefused() throws {
    let directory = try TemporaryFolder()
    #expect(
      message { _ = try SHA256.hex(ofFile: directory.url) }
        == "\(directory.url.filePath): is not a plain file")
  }
}
