import Command
import Dispatch
import Foundation
import Judging
import Runs
import Synchronization

/// `plumb judge`: how often the outputs of one file are preferred to those of another.
struct JudgeCommand {
  private let request: JudgeRequest
  private let refusesColor: Bool

  init(_ request: JudgeRequest, refusesColor: Bool) {
    self.request = request
    self.refusesColor = refusesColor
  }

  func perform(_ output: Output) throws -> ExitCode {
    APIKey.forbidCoreFiles()
    Signals.install()
    // The command is one thread, and judges are asked concurrently.
    let outcome = Mutex<Result<ExitCode, any Error>?>(nil)
    let done = DispatchSemaphore(value: 0)
    let held = Held(outcome)
    Task {
      let result: Result<ExitCode, any Error>
      do { result = .success(try await judge(output)) } catch { result = .failure(error) }
      held.outcome.withLock { $0 = result }
      done.signal()
    }
    done.wait()
    guard let result = held.outcome.withLock({ $0 }) else {
      preconditionFailure("the task signals after it has an outcome")
    }
    return try result.get()
  }

  private func judge(_ output: Output) async throws -> ExitCode {
    let environment = ProcessInfo.processInfo.environment
    let input = try JudgingInput(request)
    let assembly = try JudgeAssembly(request, environment: environment)
    // What is computed cannot be fooled by anything but its own rule.
    let canaries = assembly.asksServers ? request.canaries : 0
    let questions = JudgingQuestions(input.pairs, canaries: canaries, seed: request.seed)
    let cache = try openCache(assembly, environment)
    if request.isDryRun {
      return try await rehearse(assembly, questions, cache, output)
    }
    let bare = try assembly.judge(recorder: NoRecorder()) { judge, _ in judge }
    let directory = JudgingDirectory(URL(filePath: folder(input)).standardizedFileURL)
    let lock = try directory.begin(
      input.record(request, judge: bare.identity, canaries: canaries))
    defer { lock.close() }
    let ledger = try Ledger(directory.ledger)
    await assembly.meter.add(ledger.earlier)
    if ledger.unknown > 0 {
      output.note(
        "\(ledger.unknown) requests were under way when this judging was stopped; they are sent again, "
          + "and may be billed twice")
    }
    let meter = assembly.meter
    let judge = try assembly.judge(recorder: ledger) { judge, _ in
      Remembered(judge, ledger: ledger, cache: cache, meter: meter)
    }
    let run = JudgingRun(
      judge, paces: Array(assembly.paces.values), transport: assembly.transport,
      parallel: assembly.asksServers ? request.concurrency * 2 : 1)
    let progress = JudgeProgress(output, refusesColor: refusesColor)
    let (judgments, stop) = await run.perform(
      questions.items.map(\.question),
      interruption: { Signals.interruption == nil ? nil : JudgingError.interrupted },
      progress: { await progress.show($0, cost: meter.spending.cost) })
    await progress.finish()
    try await ledger.sync()
    let pairs = questions.pairs(judgments)
    let summary = JudgingSummary(
      first: input.first.name, second: input.second.name, judge: judge, pairs)
    let spent = await meter.spending
    try directory.finish(pairs, summary, spent)
    let export = JudgeExport(input, summary, template: request.template, directory: directory)
    for format in request.exports { try export.write(format, pairs) }
    if let stop { return try report(stop, pairs, summary, spent, directory, output) }
    try JudgeResult(summary, spent, directory.url.path).show(output)
    return conclude(summary, output)
  }

  private func folder(_ input: JudgingInput) -> String {
    request.output
      ?? "runs/judge-\(input.first.name)-\(input.second.name)".replacing(" ", with: "-")
  }

  private func openCache(
    _ assembly: JudgeAssembly, _ environment: [String: String]
  ) throws -> AnswerCache? {
    guard request.usesCache, assembly.asksServers else { return nil }
    let path = request.cache ?? AnswerCache.defaultPath(environment: environment)
    if request.isDryRun, !FileManager.default.fileExists(atPath: path) { return nil }
    return try AnswerCache(path: path)
  }

  /// Counts what would be sent.
  private func rehearse(
    _ assembly: JudgeAssembly, _ questions: JudgingQuestions, _ cache: AnswerCache?,
    _ output: Output
  ) async throws -> ExitCode {
    let rehearsal = Rehearsal()
    let judge = try assembly.judge(recorder: NoRecorder()) { judge, price in
      rehearsal.judge(judge, price: price) { key in try await cache?.judgment(of: key) != nil }
    }
    let (_, stop) = await JudgingRun(judge, parallel: 1).perform(questions.items.map(\.question))
    if let stop { throw stop }
    try JudgeResult.show(await rehearsal.estimate, comparisons: questions.items.count, output)
    return .success
  }

  /// What was asked before something stopped it, and why it stopped.
  private func report(
    _ stop: any Error, _ pairs: [JudgedPair], _ summary: JudgingSummary, _ spent: Spending,
    _ directory: JudgingDirectory, _ output: Output
  ) throws -> ExitCode {
    guard case JudgingError.exhausted = stop else {
      if case JudgingError.interrupted = stop, let interruption = Signals.interruption {
        output.note("\(stop)")
        return interruption.exitCode
      }
      throw stop
    }
    if !pairs.isEmpty { try JudgeResult(summary, spent, directory.url.path).show(output) }
    throw stop
  }

  /// The exit code of a judging that ran to its end.
  private func conclude(_ summary: JudgingSummary, _ output: Output) -> ExitCode {
    let failed = summary.answers[Judgment.State.failed.rawValue] ?? 0
    if failed > 0 {
      output.note("\(failed) questions failed; the same command asks them again")
      return .incomplete
    }
    if request.isStrict, !summary.alarms.isEmpty {
      output.note("canaries won too often, and --strict was given")
      return .expectationMissed
    }
    guard let least = request.failUnder else { return .success }
    guard let rate = summary.result.winRate?.value, rate >= least else {
      output.note("the win rate is below --fail-under \(least)")
      return .expectationMissed
    }
    return .success
  }

  private final class Held: Sendable {
    let outcome: Mutex<Result<ExitCode, any Error>?>
    init(_ outcome: consuming Mutex<Result<ExitCode, any Error>?>) { self.outcome = outcome }
  }
}

/// For judges that only say who they are.
private struct NoRecorder: AttemptRecorder {
  func willSend(_ key: String, attempt: Int) -> Bool { false }
  func lost(_ key: String, attempt: Int, reason: String, mayBeBilled: Bool) {}
  func answered(_ key: String, with judgment: Judgment) {}
}
