import Runs

/// A judge whose answers are known beforehand: a rule in code, for tests, baselines and rehearsals.
public struct ScriptedJudge: Judge {
  public let identity: JudgeIdentity
  private let answer: @Sendable (JudgeQuestion) -> Judgment

  public init(name: String, _ answer: @escaping @Sendable (JudgeQuestion) -> Judgment) {
    identity = JudgeIdentity(name: name, facts: ["kind": "scripted", "name": name])
    self.answer = answer
  }

  public func judge(_ question: JudgeQuestion) async throws -> Judgment { answer(question) }

  /// Always prefers what it sees first: what both orders must turn into ties.
  public static let first = ScriptedJudge(name: "first") { _ in
    Judgment(verdict: Verdict(label: "A", preference: 1))
  }
}
