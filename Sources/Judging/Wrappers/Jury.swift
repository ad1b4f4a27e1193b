import Runs

/// Several judges that answer the same question; each has one vote, a tie splits it.
///
/// More than half of them must have a verdict. The parts keep every judge's own answer.
public struct Jury: Judge {
  public let judges: [any Judge]

  public init(_ judges: [any Judge]) {
    precondition(!judges.isEmpty, "a jury has members")
    self.judges = judges
  }

  public var identity: JudgeIdentity {
    JudgeIdentity(
      name: "jury of \(judges.count)", combining: judges.map(\.identity),
      facts: ["wrapper": "jury"])
  }

  public func judge(_ question: JudgeQuestion) async throws -> Judgment {
    let parts = try await Together.judgments(judges.count) { (judges[$0], question) }
    let votes = parts.map { part in
      part.preference.map { $0 > 0.5 ? 1.0 : $0 < 0.5 ? 0.0 : 0.5 }
    }
    return .combined(.jury, parts, shares: votes, needed: judges.count / 2 + 1)
  }

  public func expanded(
    _ question: JudgeQuestion
  ) -> [(judge: any Judge, question: JudgeQuestion)] {
    judges.flatMap { $0.expanded(question) }
  }
}
