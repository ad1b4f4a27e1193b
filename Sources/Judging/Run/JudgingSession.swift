import Foundation
import Runs

/// Judges with a ledger and the shared answers: what questions are put to, whoever asks them.
public struct JudgingSession {
  public let assembly: JudgeAssembly
  public let judge: any Judge
  private let ledger: Ledger
  private let cache: AnswerCache?

  /// Opens the ledger; what earlier processes spent counts towards the limits.
  ///
  /// - Parameter cache: nil where nothing is shared between runs.
  nonisolated(nonsending) public init(
    _ assembly: JudgeAssembly, ledger url: URL, cache: AnswerCache?
  ) async throws {
    self.assembly = assembly
    self.cache = cache
    let ledger = try Ledger(url)
    self.ledger = ledger
    let meter = assembly.meter
    await meter.add(ledger.earlier)
    await ledger.recall(assembly.dialects)
    // An earlier process may have ended before it shared what it had learned.
    try await Self.share(assembly.dialects, cache)
    try await cache?.recall(assembly.servers, assembly.dialects)
    judge = try assembly.judge(
      recorder: ledger,
      remote: { judge, _ in Remembered(judge, ledger: ledger, cache: cache, meter: meter) },
      // What other runs know was taken over when the answers were prepared.
      local: { Remembered($0, ledger: ledger, cache: nil, meter: meter) })
  }

  /// Requests of earlier processes that have no end on record.
  public var unknown: Int { ledger.unknown }

  /// How servers are to be asked, as they taught it.
  public var lessons: [DialectBook.Lesson] { assembly.dialects.all }

  /// What was asked of servers so far, by earlier processes too.
  public var spending: Spending { get async { await assembly.meter.spending } }

  /// Asks all questions, and waits until the answers are on stable storage.
  ///
  /// - Parameters:
  ///   - interruption: why the user wants to stop; asked several times a second.
  ///   - progress: told how far it is.
  /// - Returns: the judgments in the order of the questions, nil where there is none because of
  ///   `stop`.
  nonisolated(nonsending) public func perform(
    _ questions: [JudgeQuestion],
    interruption: @escaping @Sendable () -> (any Error)? = { nil },
    progress: (JudgingRun.Progress) async -> Void = { _ in }
  ) async throws -> (judgments: [Judgment?], stop: (any Error)?) {
    // Whoever owns the models keeps them: this runs where it is called.
    if !assembly.models.isEmpty {
      let preparation = Preparation(ledger: ledger, cache: cache, meter: assembly.meter)
      let stop = try await preparation.answer(
        questions, for: judge, by: assembly.models, interruption: interruption,
        progress: progress)
      try await ledger.sync()
      if let stop { return ([Judgment?](repeating: nil, count: questions.count), stop) }
    }
    let run = JudgingRun(
      judge, paces: Array(assembly.paces.values), transport: assembly.transport,
      parallel: assembly.asksServers ? assembly.settings.concurrency * 2 : 1)
    let found = await run.perform(questions, interruption: interruption, progress: progress)
    try await ledger.sync()
    try await Self.share(assembly.dialects, cache)
    return found
  }

  private static func share(_ dialects: DialectBook, _ cache: AnswerCache?) async throws {
    for lesson in dialects.all {
      try await cache?.keep(lesson, as: dialects.name(of: lesson.server))
    }
  }
}
