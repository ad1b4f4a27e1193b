import Runs

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
    let single = singles(question)
    let parts = try await Together.judgments(single.count) { (judge, single[$0]) }
    let scores = parts.compactMap { $0.verdict?.score }
    guard scores.count == 2 else {
      return .combined(.ratings, parts, shares: [], needed: 1)
    }
    let share = scores[0] > scores[1] ? 1.0 : scores[0] < scores[1] ? 0.0 : 0.5
    return .combined(.ratings, parts, shares: [share], needed: 1)
  }

  public func expanded(
    _ question: JudgeQuestion
  ) -> [(judge: any Judge, question: JudgeQuestion)] {
    singles(question).flatMap(judge.expanded)
  }

  private func singles(_ question: JudgeQuestion) -> [JudgeQuestion] {
    question.candidates.map { candidate in
      var one = question
      one.candidates = [candidate]
      return one
    }
  }
}
