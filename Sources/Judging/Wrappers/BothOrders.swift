import Runs

/// Asks a judge in both orders of the candidates, so that a liking for the first place cancels.
///
/// The preference is the mean of both. Verdicts that contradict each other give a tie, however sure
/// either was, which the parts let a reader count. Where one order has no verdict there is none.
public struct BothOrders: Judge {
  private let judge: any Judge

  public init(_ judge: any Judge) { self.judge = judge }

  public var identity: JudgeIdentity {
    JudgeIdentity(
      name: judge.identity.name, combining: [judge.identity],
      facts: ["wrapper": "both orders", "contradiction": "tie"])
  }

  public func judge(_ question: JudgeQuestion) async throws -> Judgment {
    async let first = judge.judge(question)
    async let second = judge.judge(question.swapped)
    let parts = try await [first, second]
    var shares = [parts[0].preference, parts[1].preference.map { 1 - $0 }]
    if let asked = shares[0], let swapped = shares[1], (asked - 0.5) * (swapped - 0.5) < 0 {
      shares = [0.5, 0.5]
    }
    return .combined(.orders, parts, shares: shares, needed: 2)
  }

  public func expanded(
    _ question: JudgeQuestion
  ) -> [(judge: any Judge, question: JudgeQuestion)] {
    judge.expanded(question) + judge.expanded(question.swapped)
  }
}
