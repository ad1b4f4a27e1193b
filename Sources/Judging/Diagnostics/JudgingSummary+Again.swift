import Runs
import Statistics

extension JudgingSummary {
  /// The same numbers made again from judgments; how far a judging looked is taken as it stands.
  public func made(againFrom pairs: [JudgedPair], confidence: Double) -> JudgingSummary {
    JudgingSummary(
      first: first, second: second, judge: judge, members: members.map(\.judge), pairs,
      looks: looks, Inference(confidence: confidence))
  }
}
