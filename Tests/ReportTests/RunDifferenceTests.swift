import Foundation
import Runs
import TestSupport
import Testing

@testable import Report

@Suite struct RunDifferenceTests {
  /// A run's folder with the records that differences are read from.
  private func write(
    _ run: RunDirectory, beta: Double, rows: String = "aa", threads: Int = 2,
    evaluation: EvaluationRecord? = nil
  ) throws {
    try FileManager.default.createDirectory(at: run.url, withIntermediateDirectories: true)
    let settings =
      #"{"origins":{"x":"r.yaml:1"},"settings":{"seeds":[0,1],"stages":{"dpo":{"beta":"#
    try Data("\(settings)\(beta)}}}}".utf8).write(to: run.resolved)
    let facts =
      #"{"arguments":["run","\#(beta)"],"data":{"reviews":"\#(rows)"},"threads":\#(threads)}"#
    try Data(facts.utf8).write(to: run.provenance)
    if let evaluation { try JSONEncoder().encode(evaluation).write(to: run.evaluation) }
  }

  private func difference(
    _ body: (RunDirectory, RunDirectory) throws -> Void
  ) throws -> RunDifference {
    let folder = try TemporaryFolder()
    return try withExtendedLifetime(folder) {
      let runs = ["one", "two"].map { RunDirectory(folder.url.appending(path: $0)) }
      try body(runs[0], runs[1])
      return try RunDifference(runs[0], runs[1])
    }
  }

  @Test func `a run does not differ from its copy, whatever command made it`() throws {
    let record = Fixture().input().evaluation
    let found = try difference {
      try write($0, beta: 0.1, evaluation: record)
      try write($1, beta: 0.1, evaluation: record)
    }
    #expect(found.isEmpty)
    #expect(found.equalNumbers > 10)
    #expect(found.areMeasuredAlike == true)
  }

  @Test func `settings, data and circumstances are told by their paths`() throws {
    let found = try difference {
      try write($0, beta: 0.1)
      try write($1, beta: 0.3, rows: "bb", threads: 1)
    }
    let entry = RunDifference.Entry.init
    #expect(found.settings == [entry("stages.dpo.beta", "0.1", "0.3")])
    #expect(found.data == [entry("reviews", "aa", "bb")])
    #expect(found.circumstances == [entry("threads", "2", "1")])
    #expect(found.areMeasuredAlike == nil)
  }

  @Test func `numbers of methods that both measured stand side by side`() throws {
    var fixture = Fixture()
    let first = fixture.input().evaluation
    fixture.methods.removeLast()
    var second = fixture.input().evaluation
    let changed = try #require(second.measurements.firstIndex { $0.name == "reward" })
    second.measurements[changed].value = 9
    let found = try difference {
      try write($0, beta: 0.1, evaluation: first)
      try write($1, beta: 0.1, evaluation: second)
    }
    #expect(found.numbers.contains { $0.second.value == 9 && $0.first.value != 9 })
    #expect(!found.only.isEmpty)
    #expect(found.only.allSatisfy { $0.first == "measured" && $0.second == nil })
  }

  @Test func `a folder without a run is named`() throws {
    #expect(throws: ReportError.self) {
      try difference { run, _ in try write(run, beta: 0.1) }
    }
  }
}
