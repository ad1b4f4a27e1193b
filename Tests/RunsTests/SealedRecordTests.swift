import Foundation
import TestSupport
import Testing

@testable import Runs

@Suite struct SealedRecordTests {
  private struct Seal: SealedRecord, Equatable {
    var key: String
    var isFinished: Bool
    var digest: String?
  }

  private let folder: TemporaryFolder
  private var file: URL { folder.url.appending(path: "done.json") }

  init() throws { folder = try TemporaryFolder() }

  private func read() throws -> Seal {
    try RecordFile.read(sealed: Seal.self, from: file, advice: "put it back")
  }

  @Test func everyChangedByteIsNoticed() throws {
    let seal = Seal(key: "abc", isFinished: false)
    try RecordFile.write(sealing: seal, to: file)
    #expect(try read() == seal)
    let whole = try folder.data("done.json")
    for place in whole.indices {
      for change: UInt8 in [0x01, 0x20] {
        var bytes = whole
        bytes[place] ^= change
        try folder.write("done.json", bytes)
        let said = message { _ = try read() }
        #expect(said.hasPrefix("\(file.filePath): "), "byte \(place): \(said)")
        #expect(said.hasSuffix("; put it back"), "byte \(place): \(said)")
      }
    }
    try folder.write(
      "done.json", String(decoding: whole, as: UTF8.self).replacing("abc", with: "abd"))
    #expect(
      message { _ = try read() }
        == "\(file.filePath): does not match its own digest; put it back")
  }

  @Test func aRecordOfAnEarlierVersionIsRead() throws {
    let seal = Seal(key: "abc", isFinished: true)
    try RecordFile.write(seal, to: file)
    #expect(try read() == seal)
  }

  @Test func adviceFollowsWhatIsWrong() throws {
    try folder.write("done.json", "{")
    let file = file
    #expect(
      message { _ = try RecordFile.read(Seal.self, from: file, advice: RecordAdvice.measured) }
        == "\(file.filePath): is not valid JSON; put back what was there, or remove the file and run "
        + "'plumb evaluate' on the run again")
    #expect(
      message {
        _ = try RecordAdvice.advised(RecordAdvice.costs) { () throws(RunError) in
          try RecordFile.read(Seal.self, from: file)
        }
      }
        == "\(file.filePath): is not valid JSON; put back what was there, or remove the file, and "
        + "with it the record of what was spent")
  }
}
