import Foundation
import TestSupport
import Testing

@testable import Training

/// What is said where an oracle has no answer.
@Suite struct SilentOracleTests {
  private struct Oracle: PreferenceOracle {
    let name = "silent"
    let reason: String?

    func preferences(_ questions: [PreferenceQuestion]) -> [Double?] { questions.map { _ in nil } }
    func mainReason() -> String? { reason }
  }

  private struct Maker: OracleMaker {
    let reason: String?

    func questions(comparisons: Int) -> QuestionCount { QuestionCount() }
    func contextProblems(base: URL) -> [String] { ["the context of \(base.path) is short"] }
    func oracle(_ context: StageContext) -> any PreferenceOracle { Oracle(reason: reason) }
  }

  private static func recipe() throws -> String {
    try RoundsBench.recipe(
      "online-dpo",
      "prompts: openings\nlimit: 8\nmax_tokens: 8\noracle: {kind: judge}\nbeta: 0.1")
  }

  @Test(arguments: [
    ("8 failed: no room", ": 8 failed: no room"), (nil, "; ledger.jsonl of the stage says why"),
  ])
  func `the judge's reason is named, and no advice is given that cannot help`(
    _ reason: String?, _ words: String
  ) throws {
    let bench = try RoundsBench()
    #expect(
      message { try bench.play(Self.recipe()) { _, _ in Maker(reason: reason) } }
        == "stage online-dpo: round 1 has nothing to fit; the oracle has no answer to any of its "
        + "comparisons\(words)")
  }

  @Test func `what the judge's folder says is a problem before anything runs`() throws {
    let stages = try RoundsBench.stages(Self.recipe()) { _, _ in Maker(reason: nil) }
    var sizes = StageSizes(base: URL(filePath: "/place"))
    let stage = try #require(stages.last)
    #expect(
      try stage.stage.estimate(stage.name, &sizes).problems
        == ["oracle.judges: the context of /place is short"])
  }
}
