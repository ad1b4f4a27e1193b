import Runs

/// Several judges that answer the same question: one that more than half of those who decided prefer
/// wins, else it is a tie. So a win rate is what the counts of wins, ties and losses make it.
///
/// More than half of the judges must have a verdict. The parts keep every judge's own answer.
public struct Jury: Judge {
  public let judges: [any Judge]

  public init(_ judges: [any Judge]) {
    precondition(!judges.isEmpty, "a jury has members")
    self.judges = judges
  }

  public var identity: JudgeIdentity {
    JudgeIdentity(
      name: "jury of \(judges.count)", combining: judges.map(\.identity),
      facts: ["wrapper": "jury", "vote": "majority"])
  }

  public func judge(_ question: JudgeQuestion) async throws -> Judgment {
    let parts = try await Together.judgments(judges.count) { (judges[$0], question) }
    let votes = parts.compactMap(\.preference)
    let verdict: Double? =
      votes.count * 2 <= judges.count
      ? nil
      : votes.count { $0 > 0.5 } * 2 > votes.count
        ? 1 : votes.count { $0 < 0.5 } * 2 > votes.count ? 0 : 0.5
    return .combined(.jury, parts, shares: [verdict], needed: 1)
  }

  public func expanded(
    _ question: JudgeQuestion
  ) -> [(judge: any Judge, question: JudgeQuestion)] {
    judges.flatMap { $0.expanded(question) }
  }
}
