/// Makes a judge that rates single candidates choose between two: the higher rating is preferred,
/// equal ratings are a tie.
public struct ByRating: Judge {
  private let judge: any Judge

  public init(_ judge: any Judge) { self.judge = judge }

  public var identity: JudgeIdentity {
    JudgeIdentity(
      name: judge.identity.name, combining: [judge.identity], facts: ["wrapper": "by rating"])
  }

  public func judge(_ question: JudgeQuestion) async throws -> Judgment {
    let parts = try await Together.judgments(question.candidates.count) { index in
      var one = question
      one.candidates = [question.candidates[index]]
      return (judge, one)
    }
    let scores = parts.compactMap { $0.verdict?.score }
    guard scores.count == 2 else {
      return .combined(.ratings, parts, shares: [], needed: 1)
    }
    let share = scores[0] > scores[1] ? 1.0 : scores[0] < scores[1] ? 0.0 : 0.5
    return .combined(.ratings, parts, shares: [share], needed: 1)
  }
}
