import Runs
import Testing

@testable import Report

@Suite struct EqualTermsSectionTests {
  private func measurement(_ value: Double, _ low: Double, _ high: Double) -> Measurement {
    Measurement(
      name: "reward", subject: "dpo", value: value, low: low, high: high, count: 12, clusters: 4,
      unit: "", direction: .higher, method: "", confidence: 0.95)
  }

  private var record: EqualTermsRecord {
    var reading = EqualTermsRecord.Reading(
      question: .kl, at: 2,
      parts: [
        .init(group: "sft", step: nil, weight: 0.25),
        .init(group: "dpo-beta=<0.1>", step: 8, weight: 0.75),
      ])
    reading.reward = measurement(1.25, 0.5, 2)
    reading.kl = measurement(1.5, 1, 2)
    let far = EqualTermsRecord.Reading(question: .kl, at: 16, parts: [])
    let method = EqualTermsRecord.Method(
      name: "dpo", title: "DPO-pref", settings: 4,
      trials: [.init(group: "dpo-beta=<0.1>", step: 8, kl: 2.5, reward: 1)],
      readings: [reading, far])
    return EqualTermsRecord(
      by: "reward", selectionPrompts: 32, selectionSeeds: [10, 11], prompts: 48, seeds: [0],
      margin: 0.5, methods: [method],
      contrasts: [
        .init(
          first: "dpo", second: "exo", cap: 2, difference: measurement(0.1, -0.2, 0.3),
          pValue: 0.4, correctedPValue: 1, verdict: "equivalent")
      ], remarks: ["2 of the selection's prompts are the test's too and were left out."])
  }

  private func page(_ terms: EqualTermsRecord?, sweep: String? = nil) -> String {
    let policies =
      [
        EvaluatedPolicy(
          id: "sft", group: "sft", method: "SFT", seed: nil, step: nil, isFinal: true, options: [:],
          weights: "a")
      ]
      + [1, 2].map {
        EvaluatedPolicy(
          id: "dpo-\($0)", group: "dpo-\($0)", method: "DPO-pref", seed: 0, step: 1, isFinal: true,
          options: [:], weights: "b", sweep: sweep)
      }
    var evaluation = EvaluationRecord(
      reference: "sft", policies: policies,
      measurements: [
        Measurement(
          name: "reward", subject: "dpo-1", value: 1, count: 1, clusters: 1, unit: "",
          direction: .higher, method: "")
      ], bestOf: nil, panels: [], protocolNotes: [])
    evaluation.equalTerms = terms
    return HTMLReport.render([ReportInput(name: "r", evaluation: evaluation)])
  }

  @Test func aPointThatStandsAloneHasItsInterval() throws {
    let page = page(record)
    let drawing = try #require(
      page.firstMatch(
        of: /<g data-s="dpo"><path class="e [^"]*" d="M([0-9.]+) ([0-9.]+)L([0-9.]+) ([0-9.]+)"/))
    #expect(drawing.1 == drawing.3 && drawing.2 != drawing.4)
  }

  @Test func whatWasChosenOnWhatAndHowManyWereTriedIsSaid() {
    let page = page(record)
    #expect(page.contains("<h2>Reward at equal KL</h2>"))
    #expect(page.contains("dpo 1 trial (4 settings)"))
    #expect(page.contains("2 training seeds (10, 11)"))
    #expect(page.contains("25\u{A0}% sft + 75\u{A0}% dpo-beta=&lt;0.1&gt;, step 8"))
    #expect(
      page.contains("2 of the selection&#39;s prompts") || page.contains("2 of the selection's"))
  }

  @Test func outOfReachThereIsNoNumber() {
    #expect(page(record).contains("out of reach: the selection's policies end at KL 2.50"))
    // 2.5 rounded down to two digits, a half and a quarter of the nearest end.
    #expect(
      page(record).contains(
        "Caps out of reach: the farthest that any reaches is 2.5. Caps within reach of all: "
          + "evaluation.selection.at.kl: [0.62, 1.2, 2.5]; or train farther"))
    var near = record
    near.methods[0].readings.removeLast()
    #expect(!page(near).contains("Caps out of reach"))
  }

  @Test func aPairIsWordedByItsVerdict() {
    #expect(page(record).contains("<td>equivalent within ±0.5</td>"))
  }

  @Test func settingsThatWereTriedWithoutASelectionAreMarked() {
    let marked = page(nil, sweep: "dpo")
    #expect(marked.contains("Tried and shown on the prompts that rank them: dpo 2 settings."))
    #expect(!marked.contains("id=\"equal\""))
    #expect(!page(nil).contains("Tried and shown"))
  }

  @Test func theSameRecordGivesTheSameBytes() {
    #expect(page(record) == page(record))
  }
}
