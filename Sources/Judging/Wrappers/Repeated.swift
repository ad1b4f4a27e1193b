import Runs

/// Asks a judge several times and takes the mean, where its answers vary.
///
/// More than half of the repetitions must have a verdict.
public struct Repeated: Judge {
  private let judge: any Judge
  private let times: Int

  public init(_ judge: any Judge, times: Int) {
    precondition(times > 0, "a judge is asked at least once")
    self.judge = judge
    self.times = times
  }

  public var identity: JudgeIdentity {
    JudgeIdentity(
      name: judge.identity.name, combining: [judge.identity],
      facts: ["wrapper": "repeated", "times": "\(times)"])
  }

  public func judge(_ question: JudgeQuestion) async throws -> Judgment {
    let asked = repetitions(question)
    let parts = try await Together.judgments(times) { (judge, asked[$0]) }
    return .combined(
      .repetitions, parts, shares: parts.map(\.preference), needed: times / 2 + 1)
  }

  public func expanded(
    _ question: JudgeQuestion
  ) -> [(judge: any Judge, question: JudgeQuestion)] {
    repetitions(question).flatMap(judge.expanded)
  }

  private func repetitions(_ question: JudgeQuestion) -> [JudgeQuestion] {
    (0..<times).map { index in
      var again = question
      again.repetition = question.repetition * times + index
      return again
    }
  }
}
