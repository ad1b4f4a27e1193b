import Runs
import Statistics

/// Prefers the candidate that is closer to the reference by ROUGE-L.
///
/// Source: Lin 2004, "ROUGE: A package for automatic evaluation of summaries", section 3: the
/// F-measure (β = 1) of the longest common subsequence of words.
/// Differs: words are runs of letters and digits in lower case, without stemming.
public struct RougeJudge: Judge {
  public init() {}

  public var identity: JudgeIdentity {
    JudgeIdentity(name: "rouge-l", facts: ["kind": "rouge-l", "version": "1"])
  }

  public func judge(_ question: JudgeQuestion) async throws -> Judgment {
    guard let reference = question.reference else {
      return Judgment(
        .failed,
        reason: "\(MissingReason.withoutReference): rouge-l needs one, and this prompt has none")
    }
    return Judgment(choosing: question.candidates.map { Self.score($0, against: reference) })
  }

  static func score(_ text: String, against reference: String) -> Double {
    RougeL.score(text, against: reference)
  }
}
