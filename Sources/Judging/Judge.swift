import Runs

/// Something that says which of two candidates is better, or how good one is.
///
/// A judge has no options for order, repetition, memory or limits: those are judges too, that wrap
/// another one. A model in this process is a ``BatchJudge``, for which a ``PreparedJudge`` stands.
public protocol Judge: Sendable {
  /// All that can change its answers, apart from the question.
  var identity: JudgeIdentity { get }

  /// Answers one question. Whatever goes wrong with this question alone is a state of the judgment.
  ///
  /// - Throws: only what must stop the whole judging, such as a refused key or a full disk.
  func judge(_ question: JudgeQuestion) async throws -> Judgment

  /// What the answer to a question is remembered under, as far as is known now.
  func key(of question: JudgeQuestion) throws -> String

  /// Answers a question under its key; nil where it has come to have another one meanwhile, because
  /// more is known of how the judge must be asked.
  func judge(_ question: JudgeQuestion, under key: String) async throws -> Judgment?

  /// The single questions that one question comes to, in order, each with the judge that answers it
  /// and asks nobody else.
  func expanded(_ question: JudgeQuestion) -> [(judge: any Judge, question: JudgeQuestion)]
}

extension Judge {
  public func key(of question: JudgeQuestion) throws -> String { try identity.key(of: question) }

  public func judge(_ question: JudgeQuestion, under key: String) async throws -> Judgment? {
    try await judge(question)
  }

  public func expanded(
    _ question: JudgeQuestion
  ) -> [(judge: any Judge, question: JudgeQuestion)] {
    [(self, question)]
  }
}
