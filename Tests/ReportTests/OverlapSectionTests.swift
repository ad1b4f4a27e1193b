import Runs
import Testing

@testable import Report

@Suite struct OverlapSectionTests {
  /// Prompts p0 … p3 with two completions each; the method gains 4 on p0 and p1, and 1 on the others.
  private static func input() -> ReportInput {
    func policy(_ id: String) -> EvaluatedPolicy {
      EvaluatedPolicy(
        id: id, group: id, method: id, seed: nil, step: nil, isFinal: true, options: [:],
        weights: "")
    }
    var samples: [SampleRecord] = []
    for (name, gains) in [("sft", [0.0, 0, 0, 0]), ("dpo", [4.0, 4, 1, 1])] {
      for (prompt, gain) in gains.enumerated() {
        for index in 0..<2 {
          samples.append(
            SampleRecord(
              policy: name, prompt: "p\(prompt)", dialogue: "P", index: index, text: "t", tokens: 1,
              finished: true, logProbability: 0, reward: Double(prompt) + gain))
        }
      }
    }
    return ReportInput(
      name: "run",
      evaluation: EvaluationRecord(
        reference: "sft", policies: [policy("sft"), policy("dpo")], measurements: [], bestOf: nil,
        panels: [], protocolNotes: []), samples: samples)
  }

  private static let record = OverlapRecord(
    shingle: 8, threshold: 0.8, asked: 4,
    sets: [
      OverlapRecord.TrainingSet(
        name: "pairs", stages: ["dpo"], rows: 9, exact: 1, near: 1, contained: 0)
    ],
    prompts: [
      OverlapRecord.Found(prompt: "p0", kind: .exact, set: "pairs", row: "a"),
      OverlapRecord.Found(prompt: "p1", kind: .near, set: "pairs", row: "b", similarity: 0.9),
    ])

  /// Rewards of dpo are 4, 5, 3, 4: 4 on all, 3.5 without the first two; gains 4, 4 and 1, 1.
  @Test func promptsThatWereTrainedOnArePriced() throws {
    let price = try OverlapPrice(Self.input(), Self.record)
    #expect(price.rows.map(\.group) == ["dpo"])
    let row = price.rows[0]
    #expect(row.all.prompts == 4 && row.clean.prompts == 2)
    #expect(row.all.reward?.value == 4)
    #expect(row.clean.reward?.value == 3.5)
    #expect(row.all.winRate?.value == 1)
    #expect(row.gain?.value == 3)
    // Neither side varies.
    #expect(row.gain?.interval == nil)
  }

  @Test func sectionNamesSetsAndNumbers() {
    var input = Self.input()
    input.overlap = Self.record
    let page = HTMLReport.render([input])
    #expect(page.contains("Prompts that were trained on"))
    #expect(page.contains("<td>pairs</td><td>dpo</td>"))
    #expect(page.contains("2 of 4 prompts of the evaluation stand in data"))
  }

  @Test func reportOfOlderRunsHasNoSection() {
    #expect(!HTMLReport.render([Self.input()]).contains("Prompts that were trained on"))
  }
}
