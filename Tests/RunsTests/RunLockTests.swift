import Foundation
import Glibc
import TestSupport
import Testing

@testable import Runs

@Suite struct RunLockTests {
  private let directory: TemporaryFolder
  private let run: RunDirectory

  init() throws {
    directory = try TemporaryFolder()
    run = RunDirectory(directory.url.appending(path: "runs/x"))
  }

  @Test func aSecondHolderIsRefusedByName() throws {
    let lock = try RunLock.acquire(run)
    let holder = lock.holder
    #expect(holder.pid == getpid())
    #expect(holder.host == RunLock.hostName())
    #expect(
      message { _ = try RunLock.acquire(run) }
        == "\(run.url.filePath): in use by process \(getpid()) on \(holder.host) since "
        + "\(holder.start); stop it first, or choose another run directory")
    let written = try JSONDecoder().decode(
      RunLock.Holder.self, from: Data(contentsOf: run.lock))
    #expect(written == holder)
    lock.close()
    #expect(try Data(contentsOf: run.lock).isEmpty)
  }

  @Test func releasingTheObjectFreesTheRun() throws {
    var lock: RunLock? = try RunLock.acquire(run)
    #expect(lock != nil)
    lock = nil
    try RunLock.acquire(run).close()
  }

  @Test func whatACrashedHolderWroteDoesNotBlock() throws {
    try FileManager.default.createDirectory(at: run.url, withIntermediateDirectories: true)
    let stale =
      #"{"pid":1,"host":"gone","boot":"b","start":"s"}"# + String(repeating: " ", count: 500)
    try Data(stale.utf8).write(to: run.lock)
    let lock = try RunLock.acquire(run)
    #expect(try Data(contentsOf: run.lock).count < 500)
    lock.close()
  }

  @Test func aChildProcessDoesNotKeepTheLock() throws {
    let lock = try RunLock.acquire(run)
    let child = Process()
    child.executableURL = URL(filePath: "/bin/sleep")
    child.arguments = ["20"]
    try child.run()
    lock.close()
    let again = try RunLock.acquire(run)
    again.close()
    // Not SIGTERM, which the child may have inherited as blocked.
    kill(child.processIdentifier, SIGKILL)
    child.waitUntilExit()
  }

  @Test func aHolderWithoutNameIsWaitedForOnlyBriefly() throws {
    let lock = try RunLock.acquire(run)
    try Data().write(to: run.lock)
    let start = ContinuousClock.now
    #expect(
      message { _ = try RunLock.acquire(run) }
        == "\(run.url.filePath): in use by another process, which did not write its name into "
        + "\(run.lock.filePath); stop it first, or choose another run directory")
    #expect(ContinuousClock.now - start < .seconds(5))
    lock.close()
  }

  @Test func trainingsShareARunThatNobodyElseHas() throws {
    let share = try RunLock.join(run)
    let other = try RunLock.join(run)
    let stage = run.stage("exo", seed: 1)
    let training = try RunLock.acquire("exo@1", of: stage, in: run)
    let next = try RunLock.acquire("exo@2", of: run.stage("exo", seed: 2), in: run)
    let holder = training.holder
    let words = "process \(getpid()) on \(holder.host) since \(holder.start)"
    #expect(
      message { _ = try RunLock.acquire("exo@1", of: stage, in: run) }
        == "\(stage.url.filePath): in use by \(words); stop it first, or choose another run directory"
    )
    // Who wants all of it is told of those that have parts.
    #expect(
      message { _ = try RunLock.acquire(run) }
        == "\(run.url.filePath): in use by \(words) and 1 more; stop it first, or choose another run directory"
    )
    for lock in [share, other, training, next] { lock.close() }
    let whole = try RunLock.acquire(run)
    #expect(
      message { _ = try RunLock.join(run) }.contains("in use by process \(getpid()) on"))
    whole.close()
    try RunLock.join(run).close()
  }

  @Test func recordsAreWrittenByOneAtATime() async throws {
    let share = try RunLock.join(run)
    defer { share.close() }
    let first = try RunLock.records(of: run)
    let run = run
    let second = Task.detached { () -> ContinuousClock.Instant in
      let lock = try RunLock.records(of: run)
      defer { lock.close() }
      return .now
    }
    try await Task.sleep(for: .milliseconds(200))
    let released = ContinuousClock.now
    first.close()
    #expect(try await second.value >= released)
  }
}
