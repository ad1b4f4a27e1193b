import Foundation
import Runs
import TestSupport
import Testing

@testable import Judging

/// A folder is bound to what was asked in it, and to nothing else.
@Suite struct JudgingDirectoryTests {
  private func record(_ template: String) -> JudgingRecord {
    let file = JudgingRecord.File(name: "a", sha256: "0", rows: 1)
    return JudgingRecord(
      version: "1", judge: JudgeIdentity(name: "j", facts: ["template": template]), first: file,
      second: file, reference: nil, limit: nil, canaries: 0, seed: 0)
  }

  @Test func `a folder in which nothing was asked takes another command`() throws {
    let place = try TemporaryFolder()
    let directory = JudgingDirectory(place.url)
    try directory.begin(record("wrong")).close()
    try Data().write(to: directory.ledger)
    try directory.begin(record("right")).close()
    #expect(
      try RecordFile.read(JudgingRecord.self, from: directory.record) == record("right"))
  }

  @Test(arguments: ["ledger.jsonl", "judgments.jsonl"])
  func `a folder with requests or answers takes only the same`(_ name: String) throws {
    let place = try TemporaryFolder()
    let directory = JudgingDirectory(place.url)
    try directory.begin(record("one")).close()
    try Data("{}\n".utf8).write(to: place.url.appending(path: name))
    try directory.begin(record("one")).close()
    let error = #expect(throws: JudgingError.self) { try directory.begin(record("other")) }
    guard case .changed = error else { throw error ?? JudgingError.interrupted }
    #expect(try RecordFile.read(JudgingRecord.self, from: directory.record) == record("one"))
  }
}
