import Foundation
import TestSupport
import Testing

@testable import Runs

@Suite struct JournalTests {
  private let directory: TemporaryFolder
  private let url: URL

  init() throws {
    directory = try TemporaryFolder()
    url = directory.url.appending(path: "steps.jsonl")
  }

  private func text() throws -> String { try String(contentsOf: url, encoding: .utf8) }

  private func fill(_ steps: ClosedRange<Int>) throws {
    let journal = try Journal<StepRecord>(url)
    for step in steps { try journal.append(StepRecord(step: step, metrics: ["loss": 0.5])) }
    try journal.sync()
  }

  @Test func recordsAreLinesInOrder() throws {
    try fill(1...2)
    try fill(3...3)
    #expect(
      try text() == """
        {"seq":0,"metrics":{"loss":0.5},"step":1}
        {"seq":1,"metrics":{"loss":0.5},"step":2}
        {"seq":2,"metrics":{"loss":0.5},"step":3}

        """)
    let contents = try Journal<StepRecord>.read(url)
    #expect(contents.records.map(\.step) == [1, 2, 3])
    #expect(contents.torn == nil)
  }

  @Test func numbersThatAreNotFiniteStayJSON() throws {
    let journal = try Journal<StepRecord>(url)
    try journal.append(
      StepRecord(step: 1, metrics: ["a": .nan, "b": .infinity, "c": -.infinity]))
    #expect(
      try text()
        == #"{"seq":0,"metrics":{"a":"NaN","b":"Infinity","c":"-Infinity"},"step":1}"# + "\n")
    let metrics = try #require(try Journal<StepRecord>.read(url).records.first?.metrics)
    #expect(metrics["a"]?.isNaN == true)
    #expect(metrics["b"] == .infinity)
    #expect(metrics["c"] == -.infinity)
  }

  @Test(arguments: [
    #"{"seq":2,"met"#, "\0\0\0", "{", #"{"seq":2,"metrics":{},"step":"x"}"# + "\n", "\0\0\n",
  ])
  func aTornLastLineIsSavedAndCutOff(tail: String) throws {
    try fill(1...2)
    let whole = try text()
    try (whole + tail).write(to: url, atomically: false, encoding: .utf8)
    #expect(try Journal<StepRecord>.read(url).records.count == 2)
    #expect(
      try Journal<StepRecord>.read(url).torn
        == Journal.TornLine(bytes: tail.utf8.count, copy: nil))
    let journal = try Journal<StepRecord>(url)
    let copy = directory.url.appending(path: "steps.jsonl.torn")
    #expect(journal.torn == Journal.TornLine(bytes: tail.utf8.count, copy: copy))
    #expect(try String(contentsOf: copy, encoding: .utf8) == tail)
    #expect(try text() == whole)
    try journal.append(StepRecord(step: 3, metrics: [:]))
    #expect(try text() == whole + #"{"seq":2,"metrics":{},"step":3}"# + "\n")
  }

  @Test func everyCutPointLosesOnlyTheLastLine() throws {
    try fill(1...3)
    let whole = try Data(contentsOf: url)
    for size in 0..<whole.count {
      try whole.prefix(size).write(to: url)
      let lines = whole.prefix(size).count { $0 == 0x0A }
      let journal = try Journal<StepRecord>(url)
      #expect(journal.count == lines)
      #expect((journal.torn == nil) == (size == 0 || whole[size - 1] == 0x0A))
    }
  }

  @Test func lostLinesAreNoticed() throws {
    try fill(1...3)
    let lines = try text().split(separator: "\n")
    let rest = "\(lines[0])\n\(lines[2])\n"
    try rest.write(to: url, atomically: false, encoding: .utf8)
    let expected =
      "\(url.filePath): line 2: is record 2 where 1 is due; lines were lost or repeated"
    #expect(message { _ = try Journal<StepRecord>(url) } == expected)
    #expect(message { _ = try Journal<StepRecord>.read(url) } == expected)
  }

  @Test func aBadLineInTheMiddleIsNamed() throws {
    try "{\"step\":1}\n{\"step\":2,\"metrics\":{}}\n".write(
      to: url, atomically: false, encoding: .utf8)
    #expect(
      message { _ = try Journal<StepRecord>.read(url) }
        == "\(url.filePath): line 1: has no field 'metrics'")
    try "{\"step\":1,\"metrics\":{\"a\":[]}}\n{\"step\":2,\"metrics\":{}}\n".write(
      to: url, atomically: false, encoding: .utf8)
    #expect(
      message { _ = try Journal<StepRecord>.read(url) }
        == "\(url.filePath): line 1: field 'metrics.a' has the wrong type")
  }

  @Test func laterRecordsAreCutOff() throws {
    try fill(1...5)
    let journal = try Journal<StepRecord>(url)
    #expect(try journal.truncate { $0.step <= 3 } == 2)
    #expect(journal.count == 3)
    try journal.append(StepRecord(step: 4, metrics: [:]))
    #expect(try Journal<StepRecord>.read(url).records.map(\.step) == [1, 2, 3, 4])
    #expect(try journal.truncate { _ in true } == 0)
    #expect(try journal.truncate(toCount: 0) == 4)
    #expect(try text() == "")
  }

  @Test func aFullDiskIsReported() throws {
    let journal = try Journal<StepRecord>(URL(filePath: "/dev/full"))
    #expect(
      message { try journal.append(StepRecord(step: 1, metrics: [:])) }
        == "/dev/full: cannot write 32 bytes: No space left on device; free space on that file "
        + "system and start again")
    #expect(journal.count == 0)
  }

  @Test func onlyObjectsAreRecords() throws {
    let journal = try Journal<[Int]>(url)
    #expect(
      message { try journal.append([1]) }
        == "\(url.filePath): a journal's record must be a JSON object")
    let empty = try Journal<[String: Int]>(url)
    try empty.append([:])
    #expect(try text() == "{\"seq\":0}\n")
  }

  @Test func aMissingJournalIsNamed() {
    #expect(
      message { _ = try Journal<StepRecord>.read(url) }
        == "\(url.filePath): cannot open: No such file or directory; check the path")
  }
}
