import Foundation
import Judging
import Runs

/// Requests to one policy and what came of them, written before and after every one, so that whoever goes
/// on asks for nothing that was answered.
actor ServedLedger: AttemptRecorder {
  typealias Answer = ServedAnswer

  /// One line.
  struct Record: Codable, Sendable {
    enum State: String, Codable, Sendable {
      /// A request is about to leave.
      case sent
      /// It gave no answer.
      case lost
      case answered
      /// The server taught how it is to be asked.
      case learned
      /// The answer turned out to be another policy's.
      case withdrawn
    }

    /// Of the request; of a lesson, the server's name.
    var key: String
    var state: State
    /// Of the request, from 1.
    var attempt: Int?
    var reason: String?
    var mayBeBilled: Bool?
    var answer: ServedAnswer?
    var lesson: DialectBook.Lesson?
  }

  private let journal: Journal<Record>
  private var answers: [String: ServedAnswer] = [:]
  /// Sent by earlier processes without a known end, and not yet again.
  private var interrupted: Set<String>
  /// Of earlier processes.
  nonisolated let earlier: Spending
  nonisolated let lessons: [DialectBook.Lesson]

  init(_ url: URL) throws {
    try Folder.make(url.deletingLastPathComponent())
    journal = try Journal(url)
    var earlier = Spending()
    var open: [String: Int] = [:]
    var lessons: [DialectBook.Lesson] = []
    for record in try Journal<Record>.read(url).records {
      switch record.state {
      case .sent:
        earlier.requests += 1
        if record.attempt != 1 || open[record.key, default: 0] > 0 { earlier.repeated += 1 }
        open[record.key, default: 0] += 1
      case .lost:
        open[record.key, default: 1] -= 1
        if record.mayBeBilled == true { earlier.maybeBilledTwice += 1 }
      case .answered:
        open[record.key, default: 1] -= 1
        answers[record.key] = record.answer
        if let usage = record.answer?.usage { earlier.usage = earlier.usage + usage }
      case .learned:
        if let lesson = record.lesson { lessons.append(lesson) }
      case .withdrawn: answers[record.key] = nil
      }
    }
    earlier.maybeBilledTwice += open.values.reduce(0) { $0 + max(0, $1) }
    let known = answers
    interrupted = Set(open.filter { $0.value > 0 && known[$0.key] == nil }.keys)
    self.earlier = earlier
    self.lessons = lessons
  }

  func answer(to key: String) -> ServedAnswer? { answers[key] }

  func willSend(_ key: String, attempt: Int) throws -> Bool {
    let isKnown = interrupted.remove(key) != nil
    try journal.append(Record(key: key, state: .sent, attempt: attempt))
    return isKnown
  }

  func lost(_ key: String, attempt: Int, reason: String, mayBeBilled: Bool) throws {
    try journal.append(
      Record(
        key: key, state: .lost, attempt: attempt, reason: reason, mayBeBilled: mayBeBilled))
  }

  func answered(_ key: String, with answer: ServedAnswer) throws {
    try journal.append(Record(key: key, state: .answered, answer: answer))
    answers[key] = answer
  }

  /// Takes answers back, which are asked for again.
  func forget(_ keys: [String]) throws {
    for key in keys where answers[key] != nil {
      try journal.append(Record(key: key, state: .withdrawn))
      answers[key] = nil
    }
    try journal.sync()
  }

  /// Whatever a server told stays told.
  func withdraw(_ keys: [String], reason: String) {}

  func learned(_ lesson: DialectBook.Lesson) throws {
    try journal.append(Record(key: lesson.server, state: .learned, lesson: lesson))
  }

  /// Waits until everything so far is on stable storage.
  func sync() throws { try journal.sync() }
}
