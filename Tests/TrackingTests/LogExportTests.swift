import Foundation
import Runs
import TestSupport
import Testing

@testable import Tracking

@Suite struct LogExportTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(_ steps: Int) throws -> RunDirectory {
    let run = RunDirectory(folder.url.appending(path: "my run"))
    for (stage, seed) in [("two words", 1), ("two words", 0)] {
      let directory = run.stage(stage, seed: seed)
      try FileManager.default.createDirectory(
        at: directory.url, withIntermediateDirectories: true)
      let journal = try Journal<StepRecord>(directory.steps)
      for step in journal.count..<steps {
        try journal.append(
          StepRecord(
            step: step + 1,
            metrics: [
              "loss": step == 1 ? .nan : Double(seed) + 0.5, "num_tokens": 10,
              "rewards/margins": step == 2 ? .infinity : 0.25,
            ]))
      }
    }
    return run
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: folder.url.appending(path: path)), as: UTF8.self)
  }

  @Test func `a table has a row for each step, and totals as TRL has them`() throws {
    let out = folder.url.appending(path: "out")
    let written = try LogExport(run(3)).write([.csv], to: out)
    #expect(written.trainings == 2)
    #expect(written.steps == 6)
    #expect(
      try text("out/two words/seed-1/metrics.csv") == """
        step,loss,num_tokens,rewards/margins
        1,1.5,10,0.25
        2,nan,20,0.25
        3,1.5,30,inf

        """)
  }

  @Test(arguments: LogFormat.allCases)
  func `what is new of a run that goes on is added`(_ format: LogFormat) throws {
    let out = folder.url.appending(path: "out")
    let first = try LogExport(run(2)).write([format], to: out)
    let before = try Data(contentsOf: first.files[0])
    let second = try LogExport(run(4)).write([format], to: out)
    #expect(second.files == first.files)
    let after = try Data(contentsOf: second.files[0])
    if format == .trackio {
      #expect(after != before)
    } else {
      #expect(after.starts(with: before))
      #expect(after.count > before.count)
    }
    // Once more changes nothing that anyone reads.
    let third = try LogExport(run(4)).write([format], to: out)
    if format != .trackio { #expect(try Data(contentsOf: third.files[0]) == after) }
  }

  @Test func `a file that says otherwise is replaced`() throws {
    let out = folder.url.appending(path: "out")
    let file = try LogExport(run(2)).write([.csv], to: out).files[0]
    let right = try Data(contentsOf: file)
    try Data("step,other\n".utf8).write(to: file)
    _ = try LogExport(run(2)).write([.csv], to: out)
    #expect(try Data(contentsOf: file) == right)
  }

  /// Read with the SQLite of Python, which is another program's.
  @Test func `trackio finds each training as a run of the project`() throws {
    let out = folder.url.appending(path: "out")
    let other = TrackioFile(out.appending(path: "myrun.db"))
    try FileManager.default.createDirectory(at: out, withIntermediateDirectories: true)
    try other.write([LoggedTraining(path: "other", stage: "other", seed: nil, records: [])])
    _ = try LogExport(run(2)).write([.trackio], to: out)
    _ = try LogExport(run(3)).write([.trackio], to: out)
    let script = """
      from sqlite3 import connect
      from sys import argv
      c = connect(argv[1])
      print(c.execute("pragma user_version").fetchone()[0])
      for row in c.execute("select run_name, step, timestamp, metrics from metrics order by run_id, step"):
          print(*row)
      print(*[r[0] for r in c.execute("select run_id from configs order by run_id")], sep="|")
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, out.appending(path: "myrun.db").path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let found = String(
      decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    func row(_ seed: Int, _ step: Int) -> String {
      let loss = step == 2 ? "\"NaN\"" : "\(seed).5"
      let margin = step == 3 ? "\"Infinity\"" : "0.25"
      return
        "two words/seed-\(seed) \(step) 1970-01-01T00:00:0\(step)+00:00 {\"train/loss\":\(loss),"
        + "\"train/num_tokens\":\(10 * step),\"train/rewards/margins\":\(margin)}\n"
    }
    let rows = [(0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (1, 3)].map { row($0.0, $0.1) }
    #expect(
      found == "2\n" + rows.joined() + "other|two words/seed-0|two words/seed-1\n")
  }

  @Test func `a run without records is refused`() throws {
    let run = RunDirectory(folder.url.appending(path: "empty"))
    try FileManager.default.createDirectory(at: run.url, withIntermediateDirectories: true)
    #expect(throws: TrackingError.noRecords(path: run.url.path)) {
      try LogExport(run).write([.csv], to: folder.url.appending(path: "out"))
    }
    #expect(
      TrackingError.noRecords(path: "r").description
        == "r holds no steps.jsonl; give the folder of a run that has trained something")
  }

  @Test func `names of trackio's files keep letters, digits, hyphens and underscores`() {
    #expect(TrackioFile.name(ofProject: "my.run v2_x") == "myrunv2_x.db")
    #expect(TrackioFile.name(ofProject: "…") == "default.db")
  }
}
