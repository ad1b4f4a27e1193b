import Runs
import Testing

@testable import Report

@Suite struct OverOptimisationSectionTests {
  static func record(_ verdict: String, low: Double?, high: Double?) -> OverOptimisationRecord {
    OverOptimisationRecord(
      group: "dpo-pref", seeds: 2, prompts: 64,
      points: (1...4).map {
        .init(step: $0, kl: Double($0 * $0), gain: Double($0), heldOutGain: 1 - 0.1 * Double($0))
      }, proxy: .init(alpha: 1, beta: 0), heldOut: .init(alpha: 1, beta: 0.25), reached: 16,
      turn: 4, low: low, high: high, verdict: verdict, confidence: 0.95)
  }

  static func section(_ change: (inout ReportInput) -> Void) throws -> String? {
    var input = Fixture().input()
    change(&input)
    let study = try #require(Study.all([input]).first)
    return OverOptimisationSection(study: study).html?.source
  }

  @Test func theVerdictIsWrittenOut() {
    #expect(
      OverOptimisationSection.words(Self.record("turns", low: 3, high: 5.5))
        == "turns at 4.00 [3.00, 5.50]")
    #expect(
      OverOptimisationSection.words(Self.record("does not turn", low: nil, high: nil))
        == "does not turn in the range reached, 16.0")
    #expect(
      OverOptimisationSection.words(Self.record("not resolved", low: 6, high: nil))
        == "not resolved: between 6.00 and beyond")
  }

  @Test func turnsAndAlarmsAreShown() throws {
    let source = try #require(
      try Self.section { input in
        input.evaluation.overOptimisation = [Self.record("turns", low: 3, high: 5.5)]
        input.alarms = [
          (
            "ppo", 0,
            [10, 20].map {
              AlarmLook(
                step: $0, differences: [1, 0], winRate: 0.9, heldOutWinRate: 0.4,
                logEvidence: 0.2 * Double($0), threshold: 3, isRaised: $0 == 20)
            }
          )
        ]
      })
    #expect(source.contains("turns at 4.00 [3.00, 5.50]"))
    #expect(source.contains("raised at step 20"))
    #expect(source.contains("class=\"band"))
  }

  @Test func withoutEitherThereIsNoSection() throws {
    #expect(try Self.section { _ in } == nil)
  }
}
