import Foundation
import TestSupport
import Testing

@testable import Runs

@Suite struct RunStatusTests {
  private let directory: TemporaryFolder
  private let run: RunDirectory

  init() throws {
    directory = try TemporaryFolder()
    run = RunDirectory(directory.url.appending(path: "run"))
  }

  private var status: RunStatus {
    var status = RunStatus(
      command: ["run", "a b.yaml"],
      pace: RunPace([.init(name: "a", family: "a", kind: "align", foreseen: 3)]))
    status.metrics = [.init(name: "loss", value: .nan), .init(name: "KL", value: 0.5)]
    return status
  }

  @Test func `what is written is read, and goes with its folder`() throws {
    #expect(try RunStatus.all(of: run).isEmpty)
    try status.write(RunStatus.whole, to: run)
    try status.write("dpo@1", to: run)
    let found = try RunStatus.all(of: run)
    #expect(found.count == 2)
    #expect(found[0].holder.pid == getpid())
    #expect(found[0].command == ["run", "a b.yaml"])
    #expect(found[0].metrics[0].value.isNaN && found[0].metrics[1].value == 0.5)
    RunStatus.remove("dpo@1", of: run)
    #expect(try RunStatus.all(of: run).count == 1)
    RunStatus.remove(RunStatus.whole, of: run)
    #expect(!FileManager.default.fileExists(atPath: run.progress.path))
  }

  @Test func `a damaged one is left out, and all of them can be swept`() throws {
    try status.write("a", to: run)
    try Data("{".utf8).write(to: RunStatus.file("b", of: run))
    #expect(try RunStatus.all(of: run).count == 1)
    try RunStatus.sweep(run)
    #expect(try RunStatus.all(of: run).isEmpty)
  }

  @Test func `whoever holds a run or a training of it is seen, and not disturbed`() throws {
    #expect(try RunLock.holders(of: run).isEmpty)
    let lock = try RunLock.acquire(run)
    #expect(try RunLock.holders(of: run).map(\.pid) == [getpid()])
    lock.close()
    #expect(try RunLock.holders(of: run).isEmpty)
    let share = try RunLock.join(run)
    let one = try RunLock.acquire("dpo@0", of: run.stage("dpo", seed: 0), in: run)
    let two = try RunLock.acquire("dpo@1", of: run.stage("dpo", seed: 1), in: run)
    #expect(try RunLock.holders(of: run).count == 2)
    one.close()
    #expect(try RunLock.holders(of: run).count == 1)
    two.close()
    share.close()
    #expect(try RunLock.holders(of: run).isEmpty)
    try RunLock.acquire(run).close()
  }

  @Test func `who has died holds nothing, whatever it wrote`() throws {
    let lock = try RunLock.acquire(run)
    var holder = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: run.lock)) as? [String: Any])
    lock.close()
    for pid in [try deadProcess(), getpid()] {
      holder["pid"] = pid
      // This process lives and does not hold it: that is tried.
      try JSONSerialization.data(withJSONObject: holder).write(to: run.lock)
      #expect(try RunLock.holders(of: run).isEmpty)
    }
  }
}
