import Runs

/// Prefers by length alone: what any other judge should be compared with.
public struct LengthJudge: Judge {
  private let prefersLonger: Bool

  /// - Parameter prefersLonger: false for a judge that prefers the shorter candidate.
  public init(prefersLonger: Bool = true) { self.prefersLonger = prefersLonger }

  public var identity: JudgeIdentity {
    let name = prefersLonger ? "longer" : "shorter"
    return JudgeIdentity(name: name, facts: ["kind": name, "version": "2"])
  }

  /// Counts Unicode scalars, as lengths are counted everywhere: a line that ends in CR LF has two more.
  public func judge(_ question: JudgeQuestion) async throws -> Judgment {
    Judgment(
      choosing: question.candidates.map {
        Double($0.unicodeScalars.count) * (prefersLonger ? 1 : -1)
      })
  }
}
