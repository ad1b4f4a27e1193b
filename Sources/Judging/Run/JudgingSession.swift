import Foundation
import Runs

/// Judges with a ledger and the shared answers: what questions are put to, whoever asks them.
public struct JudgingSession {
  public let assembly: JudgeAssembly
  public let judge: any Judge
  let ledger: Ledger
  let cache: AnswerCache?

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
  ///   - looks: says when it is decided; nil where every question is asked.
  ///   - progress: told how far it is.
  /// - Returns: the judgments in the order of the questions, nil where there is none because of
  ///   `stop`, or because it was decided before.
  nonisolated(nonsending) public func perform(
    _ questions: [JudgeQuestion],
    interruption: @escaping @Sendable () -> (any Error)? = { nil },
    looks: inout JudgingLooks?,
    progress: (JudgingRun.Progress) async -> Void = { _ in }
  ) async throws -> (judgments: [Judgment?], stop: (any Error)?) {
    // Where judging may stop no more questions wait than requests are let through at once.
    let settings = assembly.settings
    let each = settings.repetitions * (settings.asksBothOrders ? 2 : 1) * settings.judges.count
    let parallel =
      looks == nil
      ? settings.transport.concurrency * 2 : max(1, settings.transport.concurrency / each)
    let run = JudgingRun(
      judge, paces: Array(assembly.paces.values), transport: assembly.transport,
      parallel: assembly.asksServers ? parallel : 1)
    var judgments = [Judgment?](repeating: nil, count: questions.count)
    var stop: (any Error)?
    var current = looks
    // Models in this process answer many questions at once, before any is looked at.
    let portion = looks == nil || assembly.models.isEmpty ? questions.count : Self.portion
    var first = 0
    let start = ContinuousClock.now
    // One count from the first question to the last: models here answer first, and where servers are asked
    // besides, each of the two is half of a question.
    let halves = !assembly.models.isEmpty && assembly.asksServers
    var failedBefore = 0
    func shown(_ state: JudgingRun.Progress, isPrepared: Bool) -> JudgingRun.Progress {
      let inside = halves ? (state.done + (isPrepared ? state.total : 0)) / 2 : state.done
      return JudgingRun.Progress(
        done: first + inside, total: questions.count, failed: failedBefore + state.failed,
        elapsed: .now - start)
    }
    while first < questions.count, stop == nil, current?.isDecided(by: judgments) != true {
      let part = first..<min(first + portion, questions.count)
      stop = try await prepare(Array(questions[part]), interruption) {
        await progress(shown($0, isPrepared: false))
      }
      guard stop == nil else { break }
      var known = judgments
      let found = await run.perform(
        Array(questions[part]), interruption: interruption,
        isEnough: { index, judgment in
          known[part.lowerBound + index] = judgment
          return current?.isDecided(by: known) ?? false
        },
        progress: { state in
          // What models here have answered is counted.
          guard assembly.models.isEmpty || assembly.asksServers || state.done == part.count
          else { return }
          await progress(shown(state, isPrepared: true))
        })
      failedBefore += found.judgments.count { $0.map { $0.state != .verdict } ?? false }
      judgments.replaceSubrange(part, with: found.judgments)
      stop = found.stop
      first = part.upperBound
    }
    _ = current?.isDecided(by: judgments)
    looks = current
    try await ledger.sync()
    try await Self.share(assembly.dialects, cache)
    return (current?.seen(judgments) ?? judgments, stop)
  }

  /// Asks some old answers again, where new ones are to come beside them.
  ///
  /// - Parameter share: of the old ones, 0 … 1.
  /// - Returns: nil where nothing was asked again.
  /// - Throws: what stops a judging.
  nonisolated(nonsending) public func recheck(
    _ questions: [JudgeQuestion], share: Double,
    interruption: @escaping @Sendable () -> (any Error)? = { nil }
  ) async throws -> DriftRecord? {
    try await DriftSentinel(
      judge: assembly.judge(recorder: Rechecking(ledger: ledger)), ledger: ledger, cache: cache,
      settings: assembly.settings
    ).perform(questions, share: share, interruption: interruption)
  }

  /// Asks all questions, as above.
  nonisolated(nonsending) public func perform(
    _ questions: [JudgeQuestion],
    interruption: @escaping @Sendable () -> (any Error)? = { nil },
    progress: (JudgingRun.Progress) async -> Void = { _ in }
  ) async throws -> (judgments: [Judgment?], stop: (any Error)?) {
    var looks: JudgingLooks?
    return try await perform(
      questions, interruption: interruption, looks: &looks, progress: progress)
  }

  /// Questions that models in this process answer between two looks.
  private static let portion = 64

  /// Lets the models in this process answer; whoever owns them keeps them: this runs where it is
  /// called.
  nonisolated(nonsending) private func prepare(
    _ questions: [JudgeQuestion], _ interruption: () -> (any Error)?,
    _ progress: (JudgingRun.Progress) async -> Void
  ) async throws -> (any Error)? {
    guard !assembly.models.isEmpty else { return nil }
    let preparation = Preparation(ledger: ledger, cache: cache, meter: assembly.meter)
    let stop = try await preparation.answer(
      questions, for: judge, by: assembly.models, interruption: interruption, progress: progress)
    try await ledger.sync()
    return stop
  }

  private static func share(_ dialects: DialectBook, _ cache: AnswerCache?) async throws {
    for lesson in dialects.all {
      try await cache?.keep(lesson, as: dialects.name(of: lesson.server))
    }
  }
}
