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
}
