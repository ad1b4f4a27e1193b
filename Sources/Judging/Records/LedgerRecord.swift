import Runs

/// One line of the ledger.
struct LedgerRecord: Codable, Sendable {
  enum State: String, Codable, Sendable {
    /// A request is about to leave.
    case sent
    /// It gave no answer.
    case lost
    /// The question has its judgment, whatever its state.
    case answered
    /// The judgment was remembered from another run.
    case remembered
    /// The answer was useless, like all of its server's.
    case withdrawn
    /// A server taught how it is to be asked.
    case learned
  }

  /// Of the question; of a lesson, the server's name.
  var key: String
  var state: State
  /// Of the question, from 1.
  var attempt: Int?
  /// Seconds since 1970, for readers; nothing depends on it.
  var time: Double
  var reason: String?
  var mayBeBilled: Bool?
  var judgment: Judgment?
  var lesson: DialectBook.Lesson?

  private enum CodingKeys: String, CodingKey {
    case key, state, attempt, time, reason, judgment, lesson
    case mayBeBilled = "maybeBilled"
  }
}
