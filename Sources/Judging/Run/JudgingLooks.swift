import Runs
import Statistics

/// Looks at a judging after every prompt, in the order of the questions, and says when it is decided.
///
/// Answers may come in any order: what counts are the prompts before the first that is not answered,
/// so that a judging which was stopped ends as one that was not.
public struct JudgingLooks: Sendable {
  private let looks: [Int?]
  private let margin: Double?
  private var rule: StoppingRule
  /// Questions looked at: all canaries, and whole prompts.
  private var end: Int

  /// - Returns: nil where nothing stops it: every question is looked at.
  ///
  /// - Parameter questions: asked with the same settings.
  public init?(_ questions: JudgingQuestions, _ settings: JudgingSettings) {
    guard let stop = settings.stop,
      let rule = StoppingRule(margin: stop.margin, confidence: settings.confidence)
    else { return nil }
    looks = questions.items.map(\.look)
    margin = stop.margin
    self.rule = rule
    end = looks.firstIndex { $0 != nil } ?? looks.count
  }

  /// Whether enough prompts are judged.
  ///
  /// - Parameter judgments: in the order of the questions; nil for those not yet answered.
  public mutating func isDecided(by judgments: [Judgment?]) -> Bool {
    while rule.decision == nil, end < looks.count {
      var next = end
      while next < looks.count, looks[next] == looks[end] { next += 1 }
      guard judgments[end..<next].allSatisfy({ $0 != nil }) else { return false }
      if let mean = Sample.mean(judgments[end..<next].compactMap { $0?.preference }) {
        rule.add(mean)
      }
      end = next
    }
    return rule.decision != nil
  }

  /// Only what was looked at.
  public func seen(_ judgments: [Judgment?]) -> [Judgment?] {
    let first = looks.firstIndex { $0 != nil } ?? looks.count
    return judgments.enumerated().map { $0 < max(end, first) ? $1 : nil }
  }

  public var record: JudgingSummary.Looks {
    JudgingSummary.Looks(
      prompts: looks.compactMap { $0 }.max() ?? 0, judged: end > 0 ? (looks[end - 1] ?? 0) : 0,
      decision: rule.decision.flatMap { .init(rawValue: $0.rawValue) }, margin: margin)
  }
}
