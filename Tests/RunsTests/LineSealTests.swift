import Foundation
import TestSupport
import Testing

@testable import Runs

/// Lines that vouch for themselves: every changed byte is found, by its line.
@Suite struct LineSealTests {
  private let directory: TemporaryFolder
  private let url: URL

  init() throws {
    directory = try TemporaryFolder()
    url = directory.url.appending(path: "costs.jsonl")
  }

  private func fill(_ steps: ClosedRange<Int>, seals: Bool = true) throws {
    let journal = try Journal<StepRecord>(url, seals: seals)
    for step in steps { try journal.append(StepRecord(step: step, metrics: ["loss": 0.25])) }
    try journal.sync()
  }

  @Test func aSealFollowsFromTheRecordAndTheSealBefore() throws {
    try fill(1...2)
    try fill(3...3)
    // The first 16 digits of sha256sum of the records' texts, each behind the seal before it.
    var (expected, last) = ("", "")
    for step in 1...3 {
      let record = "{\"metrics\":{\"loss\":0.25},\"step\":\(step)}"
      last = String(SHA256.hex(of: Data((last + record).utf8)).prefix(16))
      expected += "{\"seq\":\(step - 1),\"seal\":\"\(last)\"," + record.dropFirst() + "\n"
    }
    #expect(try String(contentsOf: url, encoding: .utf8) == expected)
    #expect(try Journal<StepRecord>.read(url).records.map(\.step) == [1, 2, 3])
    #expect(try LineSeal.problem(in: url) == nil)
    let records = (1...3).map { StepRecord(step: $0, metrics: ["loss": 0.25]) }
    #expect(try LineSeal.lines(records, path: "") == Data(contentsOf: url))
  }

  @Test func aJournalThatIsCutGoesOnFromItsLastSeal() throws {
    try fill(1...4)
    let whole = try Data(contentsOf: url)
    let journal = try Journal<StepRecord>(url, seals: true)
    try journal.truncate(toCount: 2)
    for step in 3...4 { try journal.append(StepRecord(step: step, metrics: ["loss": 0.25])) }
    #expect(try Data(contentsOf: url) == whole)
    try journal.truncate(toCount: 0)
    for step in 1...4 { try journal.append(StepRecord(step: step, metrics: ["loss": 0.25])) }
    #expect(try Data(contentsOf: url) == whole)
  }

  @Test func everyChangedDigitIsFoundAndItsLineNamed() throws {
    try fill(1...3)
    let whole = [UInt8](try Data(contentsOf: url))
    var line = 1
    for (place, byte) in whole.enumerated() {
      if byte == 0x0A { line += 1 }
      guard (0x30...0x39).contains(byte) else { continue }
      var changed = whole
      changed[place] = byte == 0x31 ? 0x32 : 0x31
      try Data(changed).write(to: url)
      // A changed number of a line is found before its seal.
      let found = Result { try LineSeal.problem(in: url) ?? "nothing" }
      switch found {
      case .success(let problem): #expect(problem.contains("line \(line) "), "byte \(place)")
      case .failure(let error): #expect("\(error)".contains("line \(line): is record"))
      }
    }
  }

  @Test func linesOfEarlierVersionsAreTakenAsTheyAre() throws {
    try fill(1...2, seals: false)
    #expect(try LineSeal.problem(in: url) == nil)
    try fill(3...4)
    #expect(try LineSeal.problem(in: url) == nil)
    let text = try String(contentsOf: url, encoding: .utf8)
    try text.replacingOccurrences(of: "\"step\":3", with: "\"step\":7")
      .write(to: url, atomically: true, encoding: .utf8)
    #expect(try LineSeal.problem(in: url) == "line 3 does not match its own seal")
    // So is one under another key, and the number before it.
    for (old, new) in [
      ("{\"seq\":2,\"seal\"", "{\"seq\":2,\"sebl\""), ("{\"seq\":2", "{\"sep\":2"),
    ] {
      try text.replacingOccurrences(of: old, with: new)
        .write(to: url, atomically: true, encoding: .utf8)
      #expect(try LineSeal.problem(in: url) == "line 3 has something else where its seal was")
    }
    // A seal that was taken away is missed.
    let seal = try #require(LineSeal.parts(Data(text.split(separator: "\n")[3].utf8))?.seal)
    try text.replacingOccurrences(of: ",\"seal\":\"\(seal)\"", with: "")
      .write(to: url, atomically: true, encoding: .utf8)
    #expect(
      try LineSeal.problem(in: url) == "line 4 has no seal, and the one before has")
  }

  @Test func aKeyOfWorkVouchesForItself() throws {
    let file = directory.url.appending(path: "samples-key.json")
    try RecordFile.write(WorkKey(key: "ab12", digest: "cd34"), to: file)
    #expect(try WorkKey.read(file).isWhole)
    let text = try String(contentsOf: file, encoding: .utf8)
    for (digits, others) in [("ab12", "ab13"), ("cd34", "cd35"), ("\"seal\"", "\"sebl\"")] {
      try text.replacingOccurrences(of: digits, with: others)
        .write(to: file, atomically: true, encoding: .utf8)
      #expect(try !WorkKey.read(file).isWhole)
    }
    // As earlier versions wrote it.
    try "{\n  \"digest\" : \"cd34\",\n  \"key\" : \"ab12\"\n}\n"
      .write(to: file, atomically: true, encoding: .utf8)
    #expect(try WorkKey.read(file).isWhole)
  }
}
