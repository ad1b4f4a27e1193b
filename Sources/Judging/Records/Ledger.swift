import Foundation
import Runs

/// What was asked and what came of it, written before and after every request.
///
/// After a crash a question is in one of three states: never sent, answered, or sent without a known
/// end. The last are asked again, and counted as maybe billed twice. A failure is no answer: such a
/// question is asked again when the run goes on.
public actor Ledger: AttemptRecorder {
  private let executor = QueueExecutor("plumb.ledger")
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  nonisolated let url: URL
  private let journal: Journal<LedgerRecord>
  private var answers: [String: Judgment] = [:]
  private var asking: [String: Task<Judgment?, any Error>] = [:]
  /// Sent by earlier processes without a known end, and not yet again.
  private var interrupted: Set<String> = []
  /// Those who wait until what they wrote is on stable storage.
  private var unsynced: [CheckedContinuation<Void, any Error>] = []
  /// What servers taught earlier processes, the last of each.
  private var lessons: [DialectBook.Lesson] = []
  /// Of earlier processes of this run.
  public nonisolated let earlier: Spending
  /// Questions whose last request has no end on record: as many are sent again.
  public nonisolated let unknown: Int

  /// Opens the ledger of a run, and creates it where there is none.
  public init(_ url: URL) throws {
    self.url = url
    let records: [LedgerRecord]
    do throws(RunError) {
      journal = try Journal(url, seals: true)
      records = try Journal<LedgerRecord>.read(url).records
    } catch {
      throw error.advising(RecordAdvice.ledger)
    }
    var earlier = Spending()
    var open: [String: Int] = [:]
    var known: [String: Judgment] = [:]
    var lessons: [DialectBook.Lesson] = []
    for record in records {
      switch record.state {
      case .sent:
        earlier.requests += 1
        if open[record.key, default: 0] > 0 || record.attempt != 1 { earlier.repeated += 1 }
        open[record.key, default: 0] += 1
      case .lost:
        open[record.key, default: 1] -= 1
        if record.mayBeBilled == true { earlier.maybeBilledTwice += 1 }
      case .answered, .remembered:
        guard let judgment = record.judgment else { continue }
        if record.state == .remembered {
          earlier.remembered += 1
        } else if judgment.state != .failed {
          open[record.key, default: 1] -= 1
          if let usage = judgment.usage { earlier.usage = earlier.usage + usage }
          // Only servers are asked in attempts, and what they do not count has no known cost.
          if judgment.usage != nil || judgment.attempts != nil {
            earlier.cost = earlier.cost.flatMap { cost in judgment.cost.map { cost + $0 } }
          }
        }
        if judgment.state != .failed { known[record.key] = judgment }
      case .withdrawn:
        known[record.key] = nil
        earlier.maybeBilledTwice += 1
      case .learned:
        if let lesson = record.lesson { lessons.append(lesson) }
      }
    }
    // Whether a request without an end was billed is never known, even where the question was
    // answered since; but only questions without an answer are asked again.
    earlier.maybeBilledTwice += open.values.reduce(0) { $0 + max(0, $1) }
    let unfinished = Set(open.filter { $0.value > 0 && known[$0.key] == nil }.keys)
    answers = known
    self.lessons = lessons
    interrupted = unfinished
    unknown = unfinished.count
    self.earlier = earlier
  }

  /// The judgment of a question: on record, being asked for already, or asked for now.
  ///
  /// - Parameters:
  ///   - remember: looks in other runs first.
  ///   - ask: asks the judge; nil where the question has come to have another key.
  /// - Returns: nil where `ask` gave nothing.
  func judgment(
    _ key: String, remember: @escaping @Sendable () async throws -> Judgment?,
    ask: @escaping @Sendable () async throws -> Judgment?
  ) async throws -> Judgment? {
    if let known = answers[key] { return known }
    if let task = asking[key] { return try await task.value }
    let task = Task { () throws -> Judgment? in
      if let judgment = try await remember() {
        try append(LedgerRecord(key: key, state: .remembered, time: now, judgment: judgment))
        return judgment
      }
      guard let judgment = try await ask() else { return nil }
      // A server's answer is on record since it came.
      if answers[key] == nil { try record(key, judgment) }
      return judgment
    }
    asking[key] = task
    defer { asking[key] = nil }
    let judgment = try await task.value
    if let judgment, judgment.state != .failed { answers[key] = judgment }
    return judgment
  }

  public func willSend(_ key: String, attempt: Int) async throws -> Bool {
    let isKnown = interrupted.remove(key) != nil
    try append(LedgerRecord(key: key, state: .sent, attempt: attempt, time: now))
    try await synced()
    return isKnown
  }

  public func lost(_ key: String, attempt: Int, reason: String, mayBeBilled: Bool) throws {
    try append(
      LedgerRecord(
        key: key, state: .lost, attempt: attempt, time: now, reason: reason,
        mayBeBilled: mayBeBilled))
  }

  public func answered(_ key: String, with judgment: Judgment) throws {
    try record(key, judgment)
    answers[key] = judgment
  }

  public func withdraw(_ keys: [String], reason: String) throws {
    for key in keys {
      try append(LedgerRecord(key: key, state: .withdrawn, time: now, reason: reason))
      answers[key] = nil
    }
  }

  public func learned(_ lesson: DialectBook.Lesson) throws {
    try append(LedgerRecord(key: lesson.server, state: .learned, time: now, lesson: lesson))
  }

  /// Tells a book what servers taught earlier processes.
  func recall(_ book: DialectBook) {
    for lesson in lessons { book.recall(lesson) }
  }

  /// What is on record; nil for a question that was not answered.
  func answer(to key: String) -> Judgment? { answers[key] }

  /// Records the answer of another run.
  func remember(_ judgment: Judgment, under key: String) throws {
    try append(LedgerRecord(key: key, state: .remembered, time: now, judgment: judgment))
    answers[key] = judgment
  }

  private func record(_ key: String, _ judgment: Judgment) throws {
    try append(LedgerRecord(key: key, state: .answered, time: now, judgment: judgment))
  }

  /// Waits until everything so far is on stable storage.
  public func sync() throws { try journal.sync() }

  private var now: Double { (Date.now.timeIntervalSince1970 * 1000).rounded() / 1000 }

  private func append(_ record: LedgerRecord) throws { try journal.append(record) }

  /// One sync for all who wait: those who come while the disk is busy share the next one.
  private func synced() async throws {
    try await withCheckedThrowingContinuation { continuation in
      unsynced.append(continuation)
      if unsynced.count == 1 { Task { flush() } }
    }
  }

  private func flush() {
    let waiting = unsynced
    unsynced = []
    let result = Result { try journal.sync() }
    for continuation in waiting { continuation.resume(with: result) }
  }
}
