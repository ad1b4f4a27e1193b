import Foundation
import Runs
import Testing

/// `plumb watch`, of runs that this process pretends to make.
@Suite struct WatchCommandTests {
  private func withRun(_ body: (RunDirectory, URL) throws -> Void) throws {
    try Program.withFolder { folder in
      let run = RunDirectory(folder.appending(path: "run"))
      try FileManager.default.createDirectory(at: run.url, withIntermediateDirectories: true)
      try Data("{}".utf8).write(to: run.resolved)
      try body(run, folder)
    }
  }

  private func status(_ share: Double) -> RunStatus {
    var pace = RunPace([
      .init(name: "sft", family: "sft", kind: "language-model", foreseen: 1, isDone: true),
      .init(name: "dpo seed 1", family: "dpo", kind: "align", foreseen: 10),
      .init(name: "evaluation", family: "evaluation", kind: "evaluation", foreseen: 30),
    ])
    pace.parts[1].share = share
    pace.parts[1].seconds = 20 * share
    var status = RunStatus(command: ["run", "my recipe.yaml", "-o", "run"], pace: pace)
    status.part = 1
    (status.stage, status.step, status.total) = ("dpo seed 1", 50, 100)
    status.metrics = [.init(name: "loss", value: 0.25)]
    status.memory = 3 << 29
    status.lines = ["dpo seed 1: align"]
    return status
  }

  @Test func `a run at work is followed until it ends`() throws {
    try withRun { run, folder in
      let lock = try RunLock.acquire(run)
      try status(0.5).write(RunStatus.whole, to: run)
      let process = Process()
      process.executableURL = Program.plumb
      process.arguments = ["watch", "run"]
      process.currentDirectoryURL = folder
      let output = Pipe()
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      // Until it has said something; a pipe is no terminal.
      let first = output.fileHandleForReading.availableData
      // 10 of the rest of this one, 30 · 2 of the next.
      #expect(
        String(decoding: first, as: UTF8.self)
          == "run: stage 2 of 3, about 1:10 left, 1.5 GiB  dpo seed 1 50/100  loss 0.25\n")
      RunStatus.remove(RunStatus.whole, of: run)
      lock.close()
      let rest = try output.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      let words = String(decoding: rest, as: UTF8.self)
      #expect(words.contains("run: finished\n"), "\(words)")
      #expect(words.hasSuffix("\nrun: \(run.url.path)\n"), "\(words)")
    }
  }

  @Test func `a run that was stopped says where, and what to type`() throws {
    try withRun { run, folder in
      try status(0.5).write(RunStatus.whole, to: run)
      let outcome = try Program.start("watch", "run", in: folder)
      #expect(outcome.code == 1)
      #expect(outcome.output == "stopped at stage 2 of 3: dpo seed 1 50/100  loss 0.25\n")
      #expect(
        outcome.complaint
          == "plumb: run: no process is running it, and it is not finished; to go on: plumb run "
          + "'my recipe.yaml' -o run\n")
      let json = try Program.start("watch", "run", "--json", in: folder)
      #expect(json.code == 1)
      #expect(
        json.output
          == #"{"command":"plumb run 'my recipe.yaml' -o run","event":"end","state":"stopped"}"#
          + "\n")
    }
  }

  @Test func `several processes are followed together`() throws {
    try withRun { run, folder in
      let share = try RunLock.join(run)
      let lock = try RunLock.acquire("dpo@1", of: run.stage("dpo", seed: 1), in: run)
      var one = status(0.5)
      one.pace.parts[2].isOwn = false
      try one.write("dpo@1", to: run)
      var other = one
      other.stage = "ipo seed 1"
      try other.write("ipo@1", to: run)
      let process = Process()
      process.executableURL = Program.plumb
      process.arguments = ["watch", run.url.path]
      let output = Pipe()
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      let first = output.fileHandleForReading.availableData
      #expect(
        String(decoding: first, as: UTF8.self).hasPrefix(
          "run: 2 processes, 1 of 3 stages are done, about 0:10 left of what they make\n"),
        "\(String(decoding: first, as: UTF8.self))")
      RunStatus.remove("dpo@1", of: run)
      RunStatus.remove("ipo@1", of: run)
      lock.close()
      share.close()
      _ = try output.fileHandleForReading.readToEnd()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
  }

  @Test func `a run that only trained is not finished where its recipe measures`() throws {
    try withRun { run, folder in
      try Data(#"{"evaluation": {}}"#.utf8).write(to: run.resolved)
      let outcome = try Program.start("watch", "run", in: folder)
      #expect(outcome.code == 1)
      #expect(outcome.complaint.hasSuffix("to go on: plumb evaluate run\n"), "\(outcome.complaint)")
    }
  }

  @Test func `a finished run shows what its trainings came to`() throws {
    let outcome = try Program.start("watch", Program.run)
    #expect(outcome.code == 0, "\(outcome.complaint)")
    #expect(outcome.output.hasPrefix("three-prompts: finished\n"))
  }

  @Test func `a folder that is no run is one line`() throws {
    try Program.withFolder { folder in
      let outcome = try Program.start("watch", folder.path)
      #expect(outcome.code == 3)
      #expect(outcome.output.isEmpty)
      #expect(
        outcome.complaint
          == "plumb: \(folder.path)/resolved.json: no such file; give the folder of a run\n")
    }
  }
}
