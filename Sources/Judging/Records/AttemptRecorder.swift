import Runs

/// Keeps account of requests, so that none is forgotten when the program is killed.
public protocol AttemptRecorder<Answer>: Sendable {
  associatedtype Answer: Sendable

  /// Is durable before the request's first byte leaves.
  ///
  /// - Returns: whether an earlier process sent it too and was ended before the answer came.
  func willSend(_ key: String, attempt: Int) async throws -> Bool

  /// The request gave no answer.
  ///
  /// - Parameter mayBeBilled: the server may have done the work all the same.
  func lost(_ key: String, attempt: Int, reason: String, mayBeBilled: Bool) async throws

  /// The request was answered. Comes before another one may begin, so that what is without an end
  /// on record is never more than what is under way.
  func answered(_ key: String, with answer: Answer) async throws

  /// Answers turned out to be useless: their questions are open again.
  func withdraw(_ keys: [String], reason: String) async throws

  /// A server taught how it is to be asked.
  func learned(_ lesson: DialectBook.Lesson) async throws
}
