import Foundation
import TestSupport
import Testing

@testable import Runs

@Suite struct RecordFileTests {
  @Test func bytesAreStable() throws {
    let directory = try TemporaryFolder()
    let file = directory.url.appending(path: "a.json")
    let record = StepRecord(step: 3, metrics: ["b/c": 1, "a": 0.1])
    try RecordFile.write(record, to: file)
    #expect(
      try String(contentsOf: file, encoding: .utf8) == """
        {
          "metrics" : {
            "a" : 0.1,
            "b/c" : 1
          },
          "step" : 3
        }

        """)
    #expect(try RecordFile.read(StepRecord.self, from: file) == record)
  }

  @Test func problemsNameTheField() throws {
    let directory = try TemporaryFolder()
    let file = try directory.write("a.json", #"{"step":"x","metrics":{}}"#)
    #expect(
      message { _ = try RecordFile.read(StepRecord.self, from: file) }
        == "\(file.filePath): field 'step' has the wrong type")
    try directory.write("a.json", "{")
    #expect(
      message { _ = try RecordFile.read(StepRecord.self, from: file) }
        == "\(file.filePath): is not valid JSON")
  }
}

@Suite struct RunDirectoryTests {
  @Test func stagesLieWhereThePageSays() {
    let run = RunDirectory(URL(filePath: "/runs/x"))
    #expect(run.stage("dpo", seed: 2).checkpoints.filePath == "/runs/x/dpo/seed-2/checkpoints")
    #expect(run.stage("tokenizer").done.filePath == "/runs/x/tokenizer/done.json")
    #expect(run.lock.filePath == "/runs/x/.lock")
  }
}

@Suite struct ProvenanceTests {
  private func provenance(_ arguments: [String], namesHost: Bool = false) -> Provenance {
    Provenance(
      version: "0.1", arguments: arguments, threads: 2, libtorch: "2.6", device: "cpu",
      seeds: [1, 2], recipe: "r", data: ["/home/ann/data.jsonl": "d"], home: "/home/ann/",
      namesHost: namesHost)
  }

  @Test func theHomeDirectoryIsHidden() {
    let record = provenance([
      "run", "/home/ann/recipe.yaml", "--set", "data=/home/ann", "/home/anna/x", "a:/home/ann:b",
    ])
    #expect(
      record.arguments == [
        "run", "~/recipe.yaml", "--set", "data=~", "/home/anna/x", "a:~:b",
      ])
    #expect(record.data == ["~/data.jsonl": "d"])
  }

  @Test func theHostIsNamedOnlyWhenAsked() throws {
    #expect(provenance([]).machine.host == nil)
    #expect(provenance([], namesHost: true).machine.host == RunLock.hostName())
    let text = String(
      decoding: try RecordFile.encode(provenance(["run"]), path: ""), as: UTF8.self)
    #expect(!text.contains("host"))
  }

  @Test func theMachineIsDescribed() {
    let machine = Provenance.Machine.current()
    #expect(!machine.system.isEmpty && !machine.kernel.isEmpty && !machine.processor.isEmpty)
    #expect(machine.cores >= 1)
  }

  @Test func onlyTheListedFactsAreRecorded() throws {
    let data = try RecordFile.encode(provenance(["run"]), path: "")
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(
      Set(object.keys) == [
        "version", "arguments", "machine", "threads", "libtorch", "device", "seeds", "recipe",
        "data",
      ])
    #expect(try JSONDecoder().decode(Provenance.self, from: data) == provenance(["run"]))
  }
}
