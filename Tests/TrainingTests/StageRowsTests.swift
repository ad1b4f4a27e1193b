import Corpus
import Foundation
import Recipe
import Runs
import TestSupport
import Testing
import Torch

@testable import Training

/// Rows that a stage leaves out, and margins that a reward model subtracts.
@Suite struct StageRowsTests {
  private let bench: Workbench

  init() throws { bench = try Workbench() }

  @Test func `rows that are left out are said and listed once, also when a stage is resumed`()
    throws
  {
    let file = bench.url.appending(path: "rows.jsonl")
    let rows = (0..<20).map { "{\"text\": \"\($0 == 4 || $0 == 6 ? "" : "row")\"}\n" }
    try Data(rows.joined().utf8).write(to: file)
    let data = DataSource(files: [file.path], badRows: BadRows(.skip))
    var said: [String] = []
    let context = StageContext(
      run: RunDirectory(bench.url.appending(path: "run")), name: "s", seed: nil,
      seeds: { _ in nil }, base: bench.url, device: .cpu, precision: .full,
      shouldStop: { false }, progress: { _ in }, note: { said.append($0) })
    for _ in 0..<2 { #expect(try context.read { try data.plainTexts($0) }.count == 18) }
    let remark =
      "2 of 20 rows are bad and left out; the first: \(file.path):5:10 text — is empty — "
      + "remove the row or write the text"
    #expect(said == [remark, remark])
    let listed = try String(
      contentsOf: context.directory.url.appending(path: "skipped.jsonl"), encoding: .utf8)
    #expect(
      listed == """
        {"column":10,"field":"text","file":"rows.jsonl","line":5,"reason":"is empty"}
        {"column":10,"field":"text","file":"rows.jsonl","line":7,"reason":"is empty"}

        """)
  }

  @Test func `without bad rows nothing is listed`() throws {
    let file = bench.url.appending(path: "rows.jsonl")
    try Data("{\"text\": \"a\"}\n".utf8).write(to: file)
    let context = StageContext(
      run: RunDirectory(bench.url.appending(path: "run")), name: "s", seed: nil,
      seeds: { _ in nil }, base: bench.url, device: .cpu, precision: .full,
      shouldStop: { false }, progress: { _ in }, note: { Issue.record("\($0)") })
    _ = try context.read { try DataSource(files: [file.path]).plainTexts($0) }
    #expect(!FileManager.default.fileExists(atPath: context.directory.url.path))
  }

  /// −log σ(Δ − m) = log(1 + exp(m − Δ)), Δ being the difference of the rewards.
  @Test func `a margin is subtracted from the difference of the rewards`() throws {
    let model = try Workbench.model(labels: 1)
    func loss(_ margin: Double) throws -> (loss: Double, difference: Double) {
      let example = PreferenceRewardTask.Example(
        id: "x", chosen: [1, 2, 3], rejected: [1, 4], margin: margin)
      let task = PreferenceRewardTask(model, [example], centring: 0, heldOut: 0)
      let (loss, metrics) = try task.loss(of: [0], weight: 1)
      return (try loss.item(), try #require(metrics.values["margin"]))
    }
    for margin in [0, 0.5, -2] {
      let (loss, difference) = try loss(margin)
      #expect(abs(loss - log(1 + exp(margin - difference))) < 1e-6)
    }
  }
}
