import Command
import Foundation
import HTTP
import Judging
import Report
import Runs

/// `plumb judge`: how often the outputs of one file are preferred to those of another.
public struct JudgeCommand: Sendable {
  private let request: JudgeRequest
  private let refusesColor: Bool
  private let local: (@Sendable () -> JudgeAssembly.Local)?

  /// - Parameter local: gives the maker of judges whose models lie in this process.
  public init(
    _ request: JudgeRequest, refusesColor: Bool,
    local: (@Sendable () -> JudgeAssembly.Local)? = nil
  ) {
    self.request = request
    self.refusesColor = refusesColor
    self.local = local
  }

  /// Whether some judge is a model that has to run in this process.
  public static func needsModels(_ request: JudgeRequest) throws -> Bool {
    try request.judges.contains { try JudgeSpecification($0).isLocal }
  }

  public func perform(_ output: Output) throws -> ExitCode {
    APIKey.forbidCoreFiles()
    Signals.install()
    // The command is one thread, and judges are asked concurrently.
    return try Waiting.until { try await judge(output) }
  }

  private func judge(_ output: Output) async throws -> ExitCode {
    if !request.others.isEmpty {
      return try await TournamentCommand(
        request: request, refusesColor: refusesColor, local: local
      ).perform(output)
    }
    let environment = ProcessInfo.processInfo.environment
    let input = try JudgingInput(request)
    if let words = JudgingInput.repetition(
      rows: input.pairs.count, prompts: input.pairs.map(\.id).distinctTexts.count)
    {
      output.note(words)
    }
    try checkReportFolder()
    let assembly = try JudgeAssembly(
      JudgingSettings(request), environment: environment, sends: request.batch == nil,
      local: local?())
    let calibration = try CalibrationFile(request.calibration, for: assembly.identity)
    let gate = JudgeGate(requirements: request.requirements)
    let trust = gate.before(calibration?.record)
    trust.tell(output)
    guard trust.exitCode == .success else {
      output.note("nothing was asked")
      return trust.exitCode
    }
    // What is computed cannot be fooled by anything but its own rule.
    let canaries = assembly.asksModels ? request.canaries : 0
    let questions = JudgingQuestions(
      input.pairs, canaries: canaries, seed: request.seed, stop: request.stop)
    var looks = JudgingLooks(questions, assembly.settings)
    let cache = try assembly.cache(environment: environment, mustExist: request.isDryRun)
    if request.isDryRun {
      let estimate = try await assembly.rehearse(
        questions.items.map(\.question), cache: cache)
      try JudgeResult.show(estimate, comparisons: questions.items.count, output)
      return .success
    }
    let directory = JudgingDirectory(URL(filePath: try folder(input)).standardizedFileURL)
    let lock = try directory.begin(
      input.record(request, judge: assembly.identity, canaries: canaries))
    defer { lock.close() }
    let session = try await JudgingSession(assembly, ledger: directory.ledger, cache: cache)
    if session.unknown > 0 {
      output.note(
        session.unknown == 1
          ? "1 request was under way when this judging was stopped; it is sent again, and may be billed "
            + "twice"
          : "\(session.unknown) requests were under way when this judging was stopped; they are sent "
            + "again, and may be billed twice")
    }
    if let folder = request.batch {
      let state = try await session.batch(
        questions.items.map(\.question), in: URL(filePath: folder))
      try JudgeResult.show(state, folder, output)
      guard state.left == 0 else { return .incomplete }
    }
    let meter = assembly.meter
    let drift = try await recheck(session, questions, directory)
    let progress = JudgeProgress(output, refusesColor: refusesColor)
    let (judgments, stop) = try await session.perform(
      questions.items.map(\.question),
      interruption: { Signals.interruption == nil ? nil : JudgingError.interrupted },
      looks: &looks,
      progress: { await progress.show($0, cost: meter.spending.cost) })
    await progress.finish()
    let pairs = questions.pairs(judgments)
    var summary = JudgingSummary(
      first: input.names[0], second: input.names[1], judge: session.judge, pairs,
      looks: looks?.record)
    if let calibration, summary.alarms.isEmpty {
      summary.corrected = CorrectedRate.of(
        pairs, by: calibration.record, sha256: calibration.sha256)
      if summary.corrected == nil {
        output.complain("the win rate is not corrected: the calibration has fewer than ten labels")
      }
    }
    let spent = await session.spending
    let texts = request.omitsTexts ? nil : questions.texts(judgments)
    try directory.finish(pairs, texts, summary, spent, session.lessons)
    let isExported = try export(
      JudgeExport(
        input, summary, template: request.template, turn: request.turn, directory: directory),
      summary, pairs,
      output)
    if let file = request.report {
      let report = JudgingReport(
        judge: session.judge.identity, template: request.template,
        asksBothOrders: request.asksBothOrders,
        comparisons: [
          JudgingReport.Comparison(
            summary: summary,
            asked: summary.looks?.decision == nil ? questions.items.count : pairs.count,
            judged: pairs.count,
            file: directory.judgments.lastPathComponent)
        ])
      try AtomicFile.write(
        Data(
          JudgePage.render(
            report, spending: spent, drift: drift,
            comparisons: JudgedComparison(
              names: [summary.first, summary.second], members: summary.members.map(\.judge),
              pairs: pairs, texts: texts, people: calibration?.record.people ?? [:])
          ).utf8), to: URL(filePath: file))
    }
    let result = JudgeResult(summary, spent, session.lessons, drift, directory.url.path)
    if let stop { return try report(stop, pairs.isEmpty ? nil : result, output) }
    try result.show(output)
    let code = conclude(summary, drift, gate, output)
    return code == .success && !isExported ? .expectationMissed : code
  }

  /// Asks some old answers again, where new ones come beside them.
  private func recheck(
    _ session: JudgingSession, _ questions: JudgingQuestions, _ directory: JudgingDirectory
  ) async throws -> DriftRecord? {
    // What was decided before asks nobody any more.
    if request.stop != nil, FileManager.default.fileExists(atPath: directory.summary.path),
      try RecordFile.read(JudgingSummary.self, from: directory.summary).looks?.decision != nil
    {
      return nil
    }
    let found = try await session.recheck(
      questions.items.map(\.question), share: request.recheck,
      interruption: { Signals.interruption == nil ? nil : JudgingError.interrupted })
    if let found { try RecordFile.write(found, to: directory.drift) }
    return found
  }

  /// Writes what other programs read.
  ///
  /// - Returns: false where a file that was asked for is not written; then it is said why, also to
  ///   those who asked for quiet.
  private func export(
    _ export: JudgeExport, _ summary: JudgingSummary, _ pairs: [JudgedPair], _ output: Output
  ) throws -> Bool {
    guard summary.alarms.isEmpty || request.exports.isEmpty else {
      output.complain("nothing is exported: canaries won too often, and no other format can say so")
      return false
    }
    guard summary.looks?.decision == nil || request.exports.isEmpty else {
      output.complain(
        "nothing is exported: judging stopped when it was decided, and no other format can say so")
      return false
    }
    var isWhole = true
    for format in request.exports {
      if let objection = export.objection(to: format, pairs) {
        output.complain(objection)
        isWhole = false
      } else {
        try export.write(format, pairs)
      }
    }
    return isWhole
  }

  /// A page that could not be written is refused before anything is paid for.
  private func checkReportFolder() throws {
    guard let file = request.report else { return }
    let folder = URL(filePath: file).standardizedFileURL.deletingLastPathComponent().path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue
    else {
      throw CommandError.badValue(
        option: "--report", value: file, expected: "a file in a folder that is there")
    }
  }

  private func folder(_ input: JudgingInput) throws -> String {
    try request.output
      ?? "runs/judge-\(FolderName.of(Array(input.names.prefix(2))))-\(Self.judges(request))"
  }

  /// The judges of a folder that nobody named: what another judge says goes elsewhere.
  static func judges(_ request: JudgeRequest) throws -> String {
    FolderName.of(try request.judges.map { try JudgeSpecification($0).folderName }, atMost: 80)
  }

  /// What was asked before something stopped it, and why it stopped.
  private func report(
    _ stop: any Error, _ result: JudgeResult?, _ output: Output
  ) throws -> ExitCode {
    guard case JudgingError.exhausted = stop else {
      if case JudgingError.interrupted = stop, let interruption = Signals.interruption {
        output.note("\(stop)")
        return interruption.exitCode
      }
      throw stop
    }
    try result?.show(output)
    throw stop
  }

  /// The exit code of a judging that ran to its end.
  private func conclude(
    _ summary: JudgingSummary, _ drift: DriftRecord?, _ gate: JudgeGate, _ output: Output
  ) -> ExitCode {
    let reasons = summary.reasons ?? []
    if let words = MissingReason.leftOut(reasons) { output.complain(words) }
    if summary.failures > 0 {
      let most = reasons.first { $0.state == .failed && !$0.isLasting }
      output.note(
        "\(summary.failures) questions failed" + (most.map { " (\($0.text))" } ?? "")
          + "; the same command asks them again")
      return .incomplete
    }
    // Going on would not bring a single verdict.
    if reasons.contains(where: \.isLasting),
      summary.answers[Judgment.State.verdict.rawValue] ?? 0 == 0
    {
      return .judge
    }
    if request.isStrict, !summary.alarms.isEmpty {
      output.note("canaries won too often, and --strict was given")
      return .expectationMissed
    }
    if request.isStrict, drift?.isAlarming == true {
      output.note("the judge has changed since it gave the old answers, and --strict was given")
      return .expectationMissed
    }
    let asked = gate.after(summary)
    asked.tell(output)
    guard let least = request.failUnder else { return asked.exitCode }
    guard let rate = summary.shownResult?.winRate?.value, rate >= least else {
      output.note("the win rate is below --fail-under \(least)")
      return .expectationMissed
    }
    return asked.exitCode
  }
}
