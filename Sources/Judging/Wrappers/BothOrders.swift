import Runs

/// Asks a judge in both orders of the candidates, so that a liking for the first place cancels.
///
/// The preference is the mean of both; verdicts that contradict each other give a tie, which the
/// parts let a reader count. Where one order has no verdict there is none.
public struct BothOrders: Judge {
  private let judge: any Judge

  public init(_ judge: any Judge) { self.judge = judge }

  public var identity: JudgeIdentity {
    JudgeIdentity(
      name: judge.identity.name, combining: [judge.identity], facts: ["wrapper": "both orders"])
  }

  public func judge(_ question: JudgeQuestion) async throws -> Judgment {
    async let first = judge.judge(question)
    async let second = judge.judge(question.swapped)
    let parts = try await [first, second]
    return .combined(
      .orders, parts, shares: [parts[0].preference, parts[1].preference.map { 1 - $0 }], needed: 2)
  }

  public func expanded(
    _ question: JudgeQuestion
  ) -> [(judge: any Judge, question: JudgeQuestion)] {
    judge.expanded(question) + judge.expanded(question.swapped)
  }
}
