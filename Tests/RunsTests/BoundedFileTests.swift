import Foundation
import Glibc
import TestSupport
import Testing

@testable import Runs

@Suite struct BoundedFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `a file within the limit is read, a longer one refused before it is read`() throws {
    let url = try folder.write("a.txt", "12345")
    #expect(try BoundedFile.read(url, atMost: 5) == Data("12345".utf8))
    #expect(
      throws: RunError.invalidFile(
        path: url.path,
        problem: "is larger than 4 bytes, the most that is read of such a file; it is damaged, or "
          + "another one was meant")
    ) { try BoundedFile.read(url, atMost: 4) }
    #expect(try BoundedFile.read(try folder.write("empty"), atMost: 0).isEmpty)
  }

  @Test func `records and journals of absurd length are refused with file and limit`() throws {
    for (name, limit) in [("evaluation.json", "256 MB"), ("samples.jsonl", "4096 MB")] {
      let url = try folder.write(name)
      #expect(truncate(url.path, 10 << 30) == 0)
      let found = #expect(throws: RunError.self) {
        if name.hasSuffix("l") {
          _ = try Journal<[String: Int]>.read(url)
        } else {
          _ = try RecordFile.read([String: Int].self, from: url)
        }
      }
      #expect(found?.exitCode == 3)
      #expect(found?.description.hasPrefix("\(url.path): is larger than \(limit), ") == true)
    }
  }

  @Test func `memory that is not there is an error and no signal`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      let path = "/tmp/plumb-bounded-\(getpid())"
      defer { unlink(path) }
      let file = open(path, O_CREAT | O_RDWR, 0o600)
      guard ftruncate(file, 3 << 30) == 0 else { exit(90) }
      var limit = rlimit(rlim_cur: 2 << 30, rlim_max: 2 << 30)
      guard setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { exit(91) }
      do {
        _ = try BoundedFile.read(URL(filePath: path), atMost: 4 << 30)
        exit(92)
      } catch let error as RunError {
        unlink(path)
        guard case .fileSystem(_, _, ENOMEM) = error else { exit(93) }
        exit(error.exitCode == 6 ? 0 : 94)
      } catch {
        exit(95)
      }
    }
  }

  @Test func `folders are made, listed and walked, links not followed`() throws {
    let deep = folder.url.appending(path: "a/b")
    try Folder.make(deep)
    try Folder.make(deep)
    _ = try folder.write("a/b/x.txt", "")
    _ = try folder.write("y.txt", "")
    try FileManager.default.createSymbolicLink(
      at: folder.url.appending(path: "a/link"), withDestinationURL: folder.url)
    #expect(try Folder.names(in: folder.url) == ["a", "y.txt"])
    #expect(try Folder.files(below: folder.url) == ["a/b/x.txt", "y.txt"])
    #expect(try Folder.folders(below: folder.url) == ["a", "a/b"])
    #expect(throws: RunError.self) { try Folder.names(in: deep.appending(path: "none")) }
  }

  @Test func `texts are equal byte for byte and not by canonical equivalence`() {
    let (one, two) = ("caf\u{E9}", "cafe\u{301}")
    #expect(one == two)
    #expect(ByteText(one) != ByteText(two))
    #expect(Set([one, two].map { ByteText($0) }).count == 2)
    #expect(ByteText("a") < ByteText("b") && !(ByteText("b") < ByteText("a")))
  }
}
