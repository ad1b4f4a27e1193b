import Foundation
import TestSupport
import Testing

@testable import Runs

@Suite struct RecordKeysTests {
  @Test(arguments: [
    ("klPerToken", "kl_per_token"), ("pValue", "p_value"), ("correctedPValue", "corrected_p_value"),
    ("topP", "top_p"), ("forwardKL", "forward_kl"), ("klBound", "kl_bound"), ("p95", "p95"),
    ("answersSha256", "answers_sha256"), ("gwetAc1", "gwet_ac1"), ("seed", "seed"),
    ("heldOutReward", "held_out_reward"), ("isKL", "is_kl"),
  ])
  func aKeyComesBack(_ name: String, _ key: String) {
    #expect(RecordSpelling.snake(name) == key)
    #expect(RecordSpelling.camel(key) == name)
    // What has its spelling already keeps it.
    #expect(RecordSpelling.snake(key) == key)
    #expect(RecordSpelling.camel(name) == name)
  }

  private struct Record: Codable, Equatable {
    struct Part: Codable, Equatable { var lastStep: Int }

    var winRate: Double
    var byName: [String: Part]
    var perGroup: [String: [String: Double]]?
  }

  private let record = Record(
    winRate: 0.5, byName: ["dpoRw_2": Record.Part(lastStep: 3)],
    perGroup: ["aB_c": ["rewards/isGood_x": 1]])

  @Test func keysThatAreDataStay() throws {
    let line = try RecordFile.line(record)
    #expect(
      String(decoding: line, as: UTF8.self)
        == #"{"by_name":{"dpoRw_2":{"last_step":3}},"per_group":{"aB_c":{"rewards/isGood_x":1}},"#
        + #""win_rate":0.5}"#)
    #expect(try RecordFile.record(Record.self, of: line) == record)
  }

  @Test func eitherSpellingIsReadInOneFile() throws {
    let text =
      #"{"winRate":0.5,"by_name":{"dpoRw_2":{"lastStep":3}},"#
      + #""perGroup":{"aB_c":{"rewards/isGood_x":1}}}"#
    #expect(try RecordFile.record(Record.self, of: Data(text.utf8)) == record)
  }

  @Test func aProblemNamesTheFieldAsTheFileDoes() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("a.json", #"{"by_name":{"dpoRw_2":{"last_step":"x"}}}"#)
    let read = { try RecordFile.read(Record.self, from: file) }
    #expect(message { _ = try read() } == "\(file.filePath): has no field 'win_rate'")
    try folder.write("a.json", #"{"win_rate":1,"by_name":{"dpoRw_2":{"last_step":"x"}}}"#)
    #expect(
      message { _ = try read() }
        == "\(file.filePath): field 'by_name.dpoRw_2.last_step' has the wrong type")
  }

  @Test func aJournalHasOneDigestInEitherSpelling() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "rows.jsonl")
    let journal = try Journal<Record>(file)
    try journal.append(record)
    try journal.append(record)
    let text = String(decoding: try folder.data("rows.jsonl"), as: UTF8.self)
    let old = text.replacing("win_rate", with: "winRate").replacing("by_name", with: "byName")
      .replacing("last_step", with: "lastStep").replacing("per_group", with: "perGroup")
    let digest = SHA256.hex(of: Data(old.utf8))
    #expect(try Journal<Record>.digest(of: file) == digest)
    try folder.write("rows.jsonl", old)
    #expect(try Journal<Record>.digest(of: file) == digest)
    #expect(
      try Journal<Record>.lines(of: file).map { String(decoding: $0, as: UTF8.self) }.joined()
        == text)
  }

  @Test func aSealedRecordOfAnEarlierVersionHoldsAndAChangedOneDoesNot() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "capsule.json")
    let body = """
        "files" : [

        ],
        "format" : 1,
        "omitsTexts" : false,
        "run" : "r",
        "version" : "0.1.0"
      }

      """
    let digest = SHA256.hex(of: Data("{\n\(body)".utf8))
    let text = "{\n  \"digest\" : \"\(digest)\",\n\(body)"
    func read(_ text: String) throws -> CapsuleManifest {
      try RecordFile.unsealed(CapsuleManifest.self, Data(text.utf8), path: file.filePath)
    }
    #expect(try read(text).run == "r")
    // Another spelling is another text.
    for (old, new) in [("\"r\"", "\"s\""), ("omitsTexts", "omits_texts")] {
      #expect(
        message { _ = try read(text.replacing(old, with: new)) }
          == "\(file.filePath): does not match its own digest")
    }
  }
}
