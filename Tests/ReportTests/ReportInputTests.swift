import Foundation
import Runs
import TestSupport
import Testing

@testable import Report

@Suite struct ReportInputTests {
  private func withRun(_ body: (RunDirectory) throws -> Void) throws {
    let folder = try TemporaryFolder()
    try withExtendedLifetime(folder) { try body(RunDirectory(folder.url)) }
  }

  private func lines(_ values: [some Encodable]) throws -> Data {
    try values.reduce(into: Data()) { data, value in
      data += try JSONEncoder().encode(value)
      data.append(UInt8(ascii: "\n"))
    }
  }

  private func writeEvaluation(_ run: RunDirectory) throws {
    try JSONEncoder().encode(Fixture().input().evaluation).write(to: run.evaluation)
  }

  @Test func everyRecordOfARunIsRead() throws {
    let fixture = Fixture().input()
    try withRun { run in
      try writeEvaluation(run)
      try lines(fixture.samples).write(to: run.samples)
      try lines(fixture.costs).write(to: run.costs)
      try Data(#"{"b":1}"#.utf8).write(to: run.resolved)
      try Data(#"{"threads":2,"device":"cpu","on":true,"versions":{"b":1,"a":"/x"}}"#.utf8)
        .write(to: run.provenance)
      for (stage, seed) in [("sft", nil), ("dpo", 10), ("dpo", 2)] as [(String, Int?)] {
        let folder = run.stage(stage, seed: seed)
        try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
        try lines([StepRecord(step: 1, metrics: ["loss": 0.5])]).write(to: folder.steps)
      }
      let input = try ReportInput.load(from: run)
      #expect(input.name == run.url.lastPathComponent)
      #expect(input.evaluation == fixture.evaluation)
      #expect(input.samples == fixture.samples)
      #expect(input.costs == fixture.costs)
      #expect(input.resolvedRecipe == #"{"b":1}"#)
      #expect(input.provenance.map(\.0) == ["device", "on", "threads", "versions"])
      #expect(input.provenance.map(\.1) == ["cpu", "true", "2", #"{"b": 1, "a": "/x"}"#])
      #expect(input.steps.map(\.stage) == ["dpo", "dpo", "sft"])
      #expect(input.steps.map(\.seed) == [2, 10, nil])
      #expect(input.steps.allSatisfy { $0.records.first?.metrics == ["loss": 0.5] })
      #expect(input.warnings.isEmpty)
      // A link to the run is the run.
      let link = run.url.appending(path: "link")
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: run.url)
      #expect(try ReportInput.load(from: RunDirectory(link)).steps.count == 3)
    }
  }

  @Test func aRunWithoutEvaluationNamesTheCommandThatMakesIt() throws {
    try withRun { run in
      let expected = ReportError.missing(
        file: run.evaluation.path, advice: "run 'plumb evaluate' on this run first")
      #expect(throws: expected) { try ReportInput.load(from: run) }
      #expect(
        expected.description
          == "\(run.evaluation.path): no such file; run 'plumb evaluate' on this run first")
    }
  }

  @Test func aTornLastLineIsLeftOutAndNamed() throws {
    try withRun { run in
      try writeEvaluation(run)
      var data = try lines(Fixture().input().costs)
      data += Data(#"{"stage":"x"#.utf8)
      try data.write(to: run.costs)
      let input = try ReportInput.load(from: run)
      #expect(input.costs.count == Fixture().input().costs.count)
      #expect(
        input.warnings == ["costs.jsonl: the last line is torn (11 bytes) and was left out"])
      #expect(HTMLReport.render([input]).contains("the last line is torn (11 bytes)"))
    }
  }

  @Test func aBadRecordIsNamedByFileAndLine() throws {
    try withRun { run in
      try writeEvaluation(run)
      try Data("{\"step\":1,\"metrics\":{}}\n{\"step\":2}\n{}\n".utf8).write(
        to: run.url.appending(path: "steps.jsonl"))
      // A bad last line is torn; one before it is damage.
      let path = run.url.appending(path: "steps.jsonl").path
      let expected = RunError.invalidFile(path: path, problem: "line 2: has no field 'metrics'")
      #expect(throws: expected) { try ReportInput.load(from: run) }
      #expect(expected.description == "\(path): line 2: has no field 'metrics'")
    }
  }

  @Test func anEvaluationThatIsNotJSONIsRefused() throws {
    try withRun { run in
      try Data("{".utf8).write(to: run.evaluation)
      #expect(
        throws: RunError.invalidFile(
          path: run.evaluation.path,
          problem: "is not valid JSON; put back what was there, or remove the file and run 'plumb "
            + "evaluate' on the run again")
      ) { try ReportInput.load(from: run) }
      try writeEvaluation(run)
      try Data("[1]".utf8).write(to: run.provenance)
      #expect(
        throws: ReportError.malformed(
          file: run.provenance.path, reason: "expected a JSON object")
      ) { try ReportInput.load(from: run) }
    }
  }

  @Test func foldersGiveStageAndSeed() {
    #expect(ReportInput.stageAndSeed(ofJournal: "dpo/seed-3/steps.jsonl") == ("dpo", 3))
    #expect(
      ReportInput.stageAndSeed(ofJournal: "spin/seed-0/round-2/steps.jsonl") == ("spin/round-2", 0))
    #expect(ReportInput.stageAndSeed(ofJournal: "seed-bank/steps.jsonl") == ("seed-bank", nil))
  }
}
