import Foundation
import Runs
import Tracking

/// What other programs show of a run, kept up to date while it trains: the key `log` of a recipe.
final class RunLogs {
  private let formats: [LogFormat]
  private let run: RunDirectory
  private let warn: (String) -> Void
  private var last = ContinuousClock.now
  private var isBroken = false

  /// How often a training that goes on is written out.
  private static let period = Duration.seconds(30)

  init(_ formats: [LogFormat], of run: RunDirectory, warn: @escaping (String) -> Void) {
    self.formats = formats
    self.run = run
    self.warn = warn
  }

  /// The folder of a format in a run.
  static func folder(_ format: LogFormat, of run: RunDirectory) -> URL {
    run.url.appending(path: "logs").appending(path: format.rawValue)
  }

  /// After a step: a failure is said once, and stops no training.
  func refresh() {
    guard !formats.isEmpty, !isBroken, ContinuousClock.now - last > Self.period else { return }
    last = .now
    do {
      try write()
    } catch {
      isBroken = true
      warn("\(error); it is tried again at the end of the stage")
    }
  }

  /// All that is recorded until now.
  func write() throws {
    guard !formats.isEmpty else { return }
    // Stages that train nothing have no records.
    guard try !LoggedTraining.all(of: run).isEmpty else { return }
    try Folder.make(run.url.appending(path: "logs"))
    for format in formats {
      _ = try LogExport(run).write([format], to: Self.folder(format, of: run))
    }
    last = .now
    isBroken = false
  }
}
