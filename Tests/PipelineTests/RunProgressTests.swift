import Command
import Foundation
import Runs
import TestSupport
import Testing

@testable import Pipeline

@Suite struct RunProgressTests {
  private let folder: TemporaryFolder
  private let run: RunDirectory

  init() throws {
    folder = try TemporaryFolder()
    run = RunDirectory(folder.url)
  }

  private func progress() -> RunProgress {
    RunProgress(
      RunPace(["a", "b", "c"].map { .init(name: $0, family: $0, kind: "align", foreseen: 10) }),
      command: ["run", "x.yaml"], in: run, as: RunStatus.whole, page: nil)
  }

  private func update(_ step: Int) -> ProgressUpdate {
    ProgressUpdate(stage: "b", step: step, total: 10, metrics: [.init("loss", 0.5)])
  }

  @Test func `what is shown has its place in the run, and whoever watches can read it`() throws {
    let progress = progress()
    progress.end("a")
    progress.begin("b")
    progress.note("a line")
    let shown = progress.shown(update(5), share: 0.5)
    #expect(shown.run?.stage == 2 && shown.run?.stages == 3)
    #expect(shown.metrics == update(5).metrics)
    let status = progress.status
    #expect(status.pace.parts.map(\.share) == [1, 0.5, 0])
    #expect(status.pace.parts[1].begun == 0)
    #expect(status.lines == ["a line"] && status.step == 5 && status.total == 10)
    progress.close(isDone: false)
    let read = try RunStatus.all(of: run)
    #expect(read == [status])
    progress.close(isDone: true)
    #expect(try RunStatus.all(of: run).isEmpty)
  }

  @Test func `a share never falls, and nothing is shown outside of a part`() {
    let progress = progress()
    #expect(progress.shown(update(1), share: 0.1) == update(1))
    progress.begin("b")
    _ = progress.shown(update(6), share: 0.6)
    _ = progress.shown(update(1), share: 0.1)
    #expect(progress.pace.parts[1].share == 0.6)
    _ = progress.shown(update(1), share: 7)
    #expect(progress.pace.parts[1].share == 1)
  }

  @Test func `what was done before is not counted as this process's`() {
    let progress = progress()
    progress.begin("b", isFresh: false)
    _ = progress.shown(update(6), share: 0.6)
    #expect(progress.pace.parts[1].begun == 0.6)
    _ = progress.shown(update(7), share: 0.7)
    #expect(progress.pace.parts[1].begun == 0.6)
    // An evaluation says itself how much it found, chunk by chunk.
    progress.begin("c")
    _ = progress.shown(update(3), share: 0.3, found: 0.2)
    _ = progress.shown(update(5), share: 0.5, found: 0.4)
    #expect(abs(progress.pace.parts[2].made - 0.1) < 1e-9)
    // What turned out to be there already took no time of this process.
    progress.begin("a", isFresh: false)
    progress.end("a")
    #expect(progress.pace.parts[0].made == 0)
  }

  @Test func `other parts can take the place of those that were only foreseen`() {
    let progress = progress()
    progress.begin("a")
    _ = progress.shown(update(5), share: 0.5)
    progress.replace(
      RunPace(["a", "d"].map { .init(name: $0, family: $0, kind: "align", foreseen: 10) }))
    #expect(progress.pace.parts.map(\.name) == ["a", "d"])
    #expect(progress.pace.parts[0].share == 0.5)
  }
}
