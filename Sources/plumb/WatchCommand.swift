import Command
import Foundation
import Report
import Runs

/// `plumb watch`: follows a run that other processes make.
struct WatchCommand {
  let run: String
  let refusesColor: Bool

  /// Between two looks, in microseconds.
  private static let pause: UInt32 = 500_000
  /// Between two lines where nothing can be written over.
  private static let interval = Duration.seconds(5)

  func perform(_ output: Output) throws -> ExitCode {
    let place = RunDirectory(URL(filePath: run).resolvingSymlinksInPath().standardizedFileURL)
    let terminal = Terminal(
      descriptor: 1, environment: ProcessInfo.processInfo.environment, refusesColor: refusesColor)
    var block = ScreenBlock(width: terminal.width)
    var shown: ContinuousClock.Instant?
    var before: [String] = []
    var idle = 0
    while !output.isUnread {
      let watched = try WatchedRun(place)
      guard watched.state == .working else {
        // Between two trainings a process holds nothing for a moment.
        idle += 1
        if idle == 1, shown != nil {
          usleep(Self.pause)
          continue
        }
        return try end(watched, output)
      }
      idle = 0
      if output.isJSON || output.isQuiet {
        let lines = try watched.statuses.map { try JSONLine.text(of: $0.finite) }
        if output.isJSON, !output.isQuiet, lines != before {
          for line in lines { output.print(jsonLine: line) }
        }
        before = lines
        shown = .now
      } else if terminal.canRewriteLine {
        block.show(WatchLines(watched: watched).block)
        shown = .now
      } else if shown.map({ .now - $0 >= Self.interval }) ?? true {
        let lines = WatchLines(watched: watched).plain
        if lines != before { for line in lines { output.print(line) } }
        before = lines
        shown = .now
      }
      usleep(Self.pause)
    }
    return .success
  }

  /// Nobody works on it: because it is done, or because somebody has to go on.
  private func end(_ watched: WatchedRun, _ output: Output) throws -> ExitCode {
    let run = watched.run
    let report = FileManager.default.fileExists(atPath: run.report.path) ? run.report.path : nil
    if output.isJSON {
      try output.print(
        json: End(
          state: watched.state == .finished ? "finished" : "stopped",
          report: watched.state == .finished ? report : nil,
          command: watched.state == .finished ? nil : watched.command))
      return watched.state == .finished ? .success : .expectationMissed
    }
    guard watched.state == .finished else {
      if let status = watched.statuses.first {
        let place = status.update.run.map { "stage \($0.stage) of \($0.stages): " } ?? ""
        output.print("stopped at \(place)\(status.work)")
      }
      output.complain(
        "\(run.shortPath): no process is running it, and it is not finished; to go on: \(watched.command)"
      )
      return .expectationMissed
    }
    output.print("\(run.url.lastPathComponent): finished")
    output.print("")
    output.print(WatchLines.summary(try ReportInput.load(from: run, isMeasured: false)))
    output.print("")
    output.print(report.map { "report: \($0)" } ?? "run: \(run.url.path)")
    output.note("next: plumb compare \(ShellWord.quoted(run.shortPath))")
    return .success
  }

  private struct End: Encodable {
    let event = "end"
    let state: String
    let report: String?
    let command: String?
  }
}
