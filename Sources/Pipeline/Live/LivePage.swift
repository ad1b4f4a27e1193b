import Command
import Foundation
import Report
import Runs
import Synchronization

/// The run's report while the run is on: written again as it goes, and given to browsers where a server
/// does so. At the end the finished page stands in its place.
final class LivePage: Sendable {
  private struct State {
    /// When it may be written next.
    var due: ContinuousClock.Instant
    var isBroken = false
    var isWritten = false
  }

  private let run: RunDirectory
  private let server: PageServer?
  private let warn: @Sendable (String) -> Void
  private let state: Mutex<State>

  /// So long a run has to last before anybody looks for its page.
  private static let patience = Duration.seconds(3)
  /// Between two writings, at least; where a browser is served it may be waiting.
  private var period: Duration { server == nil ? .seconds(30) : .seconds(10) }
  /// What is written takes at most one part of so many of the time, 1.5 %.
  private static let thrift = 66.0
  /// How often a browser asks again.
  static let renewal = 15

  init(of run: RunDirectory, server: PageServer?, warn: @escaping @Sendable (String) -> Void) {
    self.run = run
    self.server = server
    self.warn = warn
    state = Mutex(State(due: .now + (server == nil ? Self.patience : .zero)))
  }

  /// Writes the page where it is due: a failure is said once, and stops no training.
  func refresh(_ status: @autoclosure () -> RunStatus) {
    let isDue = state.withLock { state -> Bool in
      guard !state.isBroken, .now >= state.due else { return false }
      // Whoever comes meanwhile finds it taken.
      state.due = .now + .seconds(3600)
      return true
    }
    guard isDue else { return }
    let start = ContinuousClock.now
    var failure: (any Error)?
    do {
      try write(LiveNote(status(), renewal: Self.renewal))
    } catch {
      failure = error
    }
    let cost = ContinuousClock.now - start
    state.withLock { state in
      state.isWritten = failure == nil || state.isWritten
      state.isBroken = failure != nil
      state.due = .now + max(period, cost * Self.thrift)
    }
    if let failure {
      warn("the live page cannot be written, and is not while this goes on: \(failure)")
    }
  }

  /// The run has come to where its finished page lies on the disk.
  func finish() {
    guard let server, let page = FileManager.default.contents(atPath: run.report.path) else {
      return
    }
    server.publish(page)
  }

  /// The work has ended elsewhere: what was measured before has its finished page again, a page of a run that
  /// stopped says so, and a run that only trains leaves none.
  func leave(_ status: RunStatus, isDone: Bool) throws {
    let files = FileManager.default
    if files.fileExists(atPath: run.evaluation.path) {
      guard state.withLock({ $0.isWritten }) else { return }
      try AtomicFile.write(Data(Self.page(run, nil).utf8), to: run.report)
    } else if isDone {
      // Without measurements there is no finished page: what lies there is of a run that was on.
      guard files.fileExists(atPath: run.report.path) else { return }
      try files.removeItem(at: run.report)
    } else if state.withLock({ $0.isWritten }) {
      try write(LiveNote(status, renewal: nil))
    }
  }

  private func write(_ note: LiveNote) throws {
    let page = Data(try Self.page(run, note).utf8)
    try AtomicFile.write(page, to: run.report)
    server?.publish(page)
  }

  private static func page(_ run: RunDirectory, _ note: LiveNote?) throws -> String {
    var options = ReportOptions()
    options.live = note
    return HTMLReport.render(
      [try ReportInput.load(from: run, isMeasured: note == nil)], options: options)
  }
}

extension LiveNote {
  /// - Parameter renewal: seconds after which a browser asks again; nil where the run has stopped.
  init(_ status: RunStatus, renewal: Int?) {
    let pace = status.pace
    let place = status.part.map { RunPlace(part: $0, of: pace) }
    let update = ProgressUpdate(
      stage: status.stage, step: status.step, total: status.total,
      metrics: status.metrics.map { ProgressUpdate.Metric($0.name, $0.value) },
      tokensPerSecond: status.tokensPerSecond)
    self.init(
      place: place.map(\.words) ?? "",
      work: status.total == nil ? status.stage : update.work,
      parts: pace.parts.map { Part(name: $0.name, share: $0.share) },
      time: Date.now.ISO8601Format(), renewal: renewal,
      command: "plumb " + ShellWord.line(status.command))
  }
}
