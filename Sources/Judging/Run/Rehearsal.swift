import Runs

/// Stands in for judges that ask, and notes what would be asked; every answer is a tie.
public actor Rehearsal {
  public private(set) var estimate = JudgingEstimate()

  public init() {}

  /// A judge that asks nothing.
  ///
  /// - Parameter isKnown: whether the answer under a key is remembered.
  public nonisolated func judge(
    _ judge: RemoteJudge, price: Price?,
    isKnown: @escaping @Sendable (String) async throws -> Bool
  ) -> any Judge {
    Stand(judge: judge, price: price, rehearsal: self, isKnown: isKnown)
  }

  /// A judge that runs no model.
  public nonisolated func judge(_ judge: PreparedJudge) -> any Judge {
    LocalStand(identity: judge.identity)
  }

  private struct LocalStand: Judge {
    let identity: JudgeIdentity

    func judge(_ question: JudgeQuestion) async throws -> Judgment { Rehearsal.answer(question) }
  }

  private struct Stand: Judge {
    let judge: RemoteJudge
    let price: Price?
    let rehearsal: Rehearsal
    let isKnown: @Sendable (String) async throws -> Bool

    var identity: JudgeIdentity { judge.identity }

    func judge(_ question: JudgeQuestion) async throws -> Judgment {
      let call = try judge.call(question)
      let isKnown = try await isKnown(judge.key(of: question))
      await rehearsal.note(call, price, isKnown: isKnown)
      return Rehearsal.answer(question)
    }
  }

  private static func answer(_ question: JudgeQuestion) -> Judgment {
    question.candidates.count == 1
      ? Judgment(verdict: Verdict(label: "rehearsal", score: 0))
      : Judgment(verdict: Verdict(label: "tie", preference: 0.5))
  }

  private func note(_ call: RemoteCall, _ price: Price?, isKnown: Bool) {
    if isKnown {
      estimate.requests += 1
      estimate.remembered += 1
    } else {
      estimate.add(call, price: price)
    }
  }
}
