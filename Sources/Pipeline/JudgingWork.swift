import Command
import Comparing
import Foundation
import Judging
import Policy
import Runs
import Statistics
import Torch

/// All comparisons of a run, put to one panel of judges with one ledger and one set of limits.
struct JudgingWork: Sendable {
  let settings: JudgingSettings
  let pairs: [JudgedSamples.Comparison]
  /// A file of `plumb calibrate`; nil for none.
  let calibration: String?
  /// Of models that stages made.
  let folders: [String: URL]
  let precision: Precision
  let device: Device
  let run: RunDirectory
  let isQuiet: Bool
  let isJSON: Bool
  /// In the folder of a run's judgments.
  static let ledger = "ledger.jsonl"
  /// Of which it is a part; nil alone.
  let progress: RunProgress?

  /// - Returns: what was judged, what it cost, what servers taught, and what stopped it; nil where
  ///   nothing did.
  func perform() async throws -> (
    JudgingReport, Spending, lessons: [DialectBook.Lesson], stop: (any Error)?
  ) {
    let environment = ProcessInfo.processInfo.environment
    let folders = folders
    let assembly = try JudgeAssembly(
      settings, environment: environment,
      local: LocalJudges.maker(precision: precision, on: device) {
        try folders[$0] ?? ModelFolder.find($0)
      })
    let calibration = try CalibrationFile(calibration, for: assembly.identity)
    try FileManager.default.createDirectory(
      at: run.judgments, withIntermediateDirectories: true)
    try keepCalibration()
    let session = try await JudgingSession(
      assembly, ledger: run.judgments.appending(path: Self.ledger),
      cache: assembly.cache(environment: environment))
    let canaries = assembly.asksModels ? settings.canaries : 0
    var report = JudgingReport(
      judge: session.judge.identity, template: settings.template,
      asksBothOrders: settings.asksBothOrders, comparisons: [])
    let whole = progress
    let progress = JudgeProgress(
      Output(format: isJSON ? .json : .text, isQuiet: isQuiet), refusesColor: false,
      placed: { whole?.shown($0, share: $1) ?? $0 })
    var stop: (any Error)?
    var systems: [JudgedSystem] = []
    for (place, comparison) in pairs.enumerated() {
      let questions = JudgingQuestions(
        comparison.pairs, canaries: canaries, seed: settings.seed, stop: settings.stop)
      var looks = JudgingLooks(questions, settings)
      var judged: [JudgedPair] = []
      if stop == nil {
        let (judgments, reason) = try await session.perform(
          questions.items.map(\.question),
          interruption: { Signals.interruption == nil ? nil : JudgingError.interrupted },
          looks: &looks,
          progress: {
            await progress.show(
              $0, cost: assembly.meter.spending.cost, comparison: (place, pairs.count))
          })
        stop = reason
        judged = questions.pairs(judgments)
      }
      let file = Self.file(comparison)
      let place = run.judgments.appending(path: file)
      try Folder.make(place.deletingLastPathComponent())
      try RecordFile.write(lines: judged, to: place)
      var summary = JudgingSummary(
        first: comparison.policy, second: comparison.opponent, judge: session.judge, judged,
        looks: looks?.record, confidence: settings.confidence)
      if let calibration, summary.alarms.isEmpty {
        summary.corrected = CorrectedRate.of(
          judged, by: calibration.record, sha256: calibration.sha256,
          Inference(confidence: settings.confidence))
      }
      // What stopped as soon as it was decided overstates differences.
      if summary.alarms.isEmpty, looks == nil {
        systems.append(
          JudgedSystem(name: comparison.system, opponent: comparison.against, pairs: judged))
      }
      report.comparisons.append(
        JudgingReport.Comparison(
          summary: summary,
          asked: looks?.record.decision == nil ? questions.items.count : judged.count,
          judged: judged.count, file: "judgments/\(file)"))
    }
    await progress.finish()
    let differences = JudgedDifference.all(of: systems, confidence: settings.confidence)
    if !differences.isEmpty { report.differences = differences }
    return (report, await session.spending, session.lessons, stop)
  }

  /// A copy beside the judgments: what corrected numbers rest on, wherever the run goes.
  private func keepCalibration() throws {
    let copy = run.judgmentCalibration
    guard let calibration else {
      if FileManager.default.fileExists(atPath: copy.path) {
        try FileManager.default.removeItem(at: copy)
      }
      return
    }
    try AtomicFile.write(Data(contentsOf: URL(filePath: calibration)), to: copy)
  }

  private static func file(_ comparison: JudgedSamples.Comparison) -> String {
    // A policy may be a folder, `../b`: no name of it leads anywhere.
    let parts = comparison.policy.split(separator: "/").map { part in
      part.first == "." ? "_\(part)" : String(part)
    }
    return parts.joined(separator: "/")
      + "/against-\(comparison.opponent.replacing("/", with: "-")).jsonl"
  }
}
