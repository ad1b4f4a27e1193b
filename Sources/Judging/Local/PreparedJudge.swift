import Runs

/// Stands among judges for a ``BatchJudge``, whose answers are on the ledger before it is asked.
public struct PreparedJudge: Judge {
  public let identity: JudgeIdentity

  init(_ judge: any BatchJudge) { identity = judge.identity }

  /// - Throws: ``JudgingError/interrupted``: an answer is missing only where preparing was stopped.
  public func judge(_ question: JudgeQuestion) async throws -> Judgment {
    throw JudgingError.interrupted
  }
}
